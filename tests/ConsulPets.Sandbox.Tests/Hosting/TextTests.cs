using ConsulPets.Sandbox.Hosting;

namespace ConsulPets.Sandbox.Tests.Hosting;

public sealed class TextTests
{
    [Theory]
    [InlineData("/tmp/a b", "'/tmp/a b'", "'/tmp/a b'")]
    [InlineData("/tmp/o'neill", "'/tmp/o''neill'", @"'/tmp/o'\''neill'")]
    [InlineData("/tmp/$HOME`x", "'/tmp/$HOME`x'", "'/tmp/$HOME`x'")]
    public void A_path_is_quoted_so_that_the_shell_takes_it_as_it_is(string path, string inPowerShell, string inSh)
    {
        Assert.Equal(inPowerShell, ReadyText.InPowerShell(path));
        Assert.Equal(inSh, ReadyText.InSh(path));
    }

    [Fact]
    public void The_manifest_of_the_module_that_was_built_along_is_found()
    {
        Assert.True(File.Exists(ModuleFiles.Manifest), ModuleFiles.Manifest);
        ModuleFiles.MustBeBuilt();
    }
}
