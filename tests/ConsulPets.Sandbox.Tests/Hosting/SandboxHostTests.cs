using ConsulPets.Sandbox.Pods;

namespace ConsulPets.Sandbox.Tests.Hosting;

public sealed class SandboxHostTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("consulpets-tests-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    /// <summary>The second one said that it was ready, put its kubeconfig in the place of the first one's, and broke then.</summary>
    [Fact]
    public async Task A_folder_that_another_sandbox_uses_is_left_as_it_is()
    {
        using FileStream claim = FolderClaim.Take(folder);
        string kubeConfig = Path.Combine(folder, "kubeconfig");
        await File.WriteAllTextAsync(kubeConfig, "theirs");

        InvalidOperationException failure = await Assert.ThrowsAsync<InvalidOperationException>(() => SandboxHost.StartAsync(new SandboxOptions { Folder = folder }, new Progress<string>(), CancellationToken.None));

        Assert.Contains(folder, failure.Message, StringComparison.Ordinal);
        Assert.Equal("theirs", await File.ReadAllTextAsync(kubeConfig));
    }
}
