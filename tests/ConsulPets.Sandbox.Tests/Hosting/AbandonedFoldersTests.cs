using ConsulPets.Sandbox.Hosting;
using ConsulPets.Sandbox.Pods;

namespace ConsulPets.Sandbox.Tests.Hosting;

public sealed class AbandonedFoldersTests : IDisposable
{
    private readonly string parent = Directory.CreateTempSubdirectory("consulpets-tests-").FullName;

    public void Dispose() => Directory.Delete(parent, recursive: true);

    [Fact]
    public void A_killed_sandboxs_folder_goes_and_no_other()
    {
        string killed = Folder("sandbox-killed", isTaken: true);
        string used = Folder("sandbox-used", isTaken: true);
        string beingMade = Folder("sandbox-new", isTaken: false);
        string somethingElse = Folder("other", isTaken: true);
        using FileStream claim = FolderClaim.Take(Path.Combine(used, "pods"));

        AbandonedFolders.Clear(parent, "sandbox-");

        Assert.False(Directory.Exists(killed));
        Assert.All([used, beingMade, somethingElse], static folder => Assert.True(Directory.Exists(folder)));
    }

    [Fact]
    public void A_folder_that_others_may_write_to_is_not_believed()
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        string open = Folder("sandbox-open", isTaken: true);
        File.SetUnixFileMode(open, (UnixFileMode)0b111_111_111);

        AbandonedFolders.Clear(parent, "sandbox-");

        Assert.True(Directory.Exists(open));
    }

    private string Folder(string name, bool isTaken)
    {
        string folder = Path.Combine(parent, name);
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(folder);
        }
        else
        {
            Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }

        if (isTaken)
        {
            FolderClaim.Take(Path.Combine(folder, "pods")).Dispose();
        }

        return folder;
    }
}
