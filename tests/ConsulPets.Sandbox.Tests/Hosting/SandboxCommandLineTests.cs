using ConsulPets.Sandbox.Hosting;

namespace ConsulPets.Sandbox.Tests.Hosting;

public sealed class SandboxCommandLineTests : IDisposable
{
    private readonly string place = Directory.CreateTempSubdirectory("consulpets-test-").FullName;

    private string Folder => Path.Combine(place, "sandbox");

    public void Dispose() => Directory.Delete(place, recursive: true);

    [Fact]
    public async Task Help_goes_to_standard_output_and_starts_nothing()
    {
        using var program = new ProgramRun();
        Assert.Equal(0, await program.RunAsync("help"));
        Assert.Contains("usage:", program.Output, StringComparison.Ordinal);
        Assert.Null(program.Sandbox);
    }

    [Fact]
    public async Task Nonsense_is_told_on_standard_error_with_exit_code_2()
    {
        using var program = new ProgramRun();
        Assert.Equal(2, await program.RunAsync("strat"));
        Assert.Equal("There is no 'strat': the sandbox has start, demo, shell, consul and help.\n", program.Error);
        Assert.Empty(program.Output);
    }

    [Fact]
    public async Task Consul_has_its_own_words_and_exit_code()
    {
        using var program = new ProgramRun();
        Assert.Equal(7, await program.RunAsync("consul", "path", "--quiet"));
        Assert.Equal(["path", "--quiet"], program.ConsulWords);
    }

    [Fact]
    public async Task Start_says_how_to_reach_the_sandbox_and_runs_until_Ctrl_C()
    {
        using var program = new ProgramRun();
        Task<int> run = program.RunAsync("start", "--folder", Folder, "--nodes", "2");
        await program.OutputHasAsync("Ctrl-C ends it");
        Assert.False(run.IsCompleted);
        Assert.False(program.Sandbox!.IsDisposed);
        Assert.Equal(2, program.Sandbox.Options.Nodes);
        Assert.Contains($"$env:KUBECONFIG = '{program.Sandbox.KubeConfig}'", program.Output, StringComparison.Ordinal);
        Assert.Contains($"export KUBECONFIG='{program.Sandbox.KubeConfig}'", program.Output, StringComparison.Ordinal);
        Assert.Contains($"New-ConsulPetSet consul -Image {FakeSandbox.Image} -Wait", program.Output, StringComparison.Ordinal);
        Assert.Contains("never for production", program.Output, StringComparison.Ordinal);
        Assert.Equal("on the way\n", program.Error);

        program.Interrupts.Interrupt();
        Assert.Equal(0, await run);
        Assert.True(program.Sandbox.IsDisposed);
        Assert.True(Directory.Exists(Folder), "a folder that was named stays");
    }

    [Fact]
    public async Task Quietly_start_writes_the_kubeconfigs_path_and_nothing_else()
    {
        using var program = new ProgramRun();
        Task<int> run = program.RunAsync("start", "--folder", Folder, "--quiet");
        await program.OutputHasAsync("\n");
        program.Interrupts.End();
        Assert.Equal(0, await run);
        Assert.Equal(program.Sandbox!.KubeConfig + "\n", program.Output);
        Assert.Empty(program.Error);
    }

    [Fact]
    public async Task The_kubeconfig_is_written_where_it_was_asked_for_and_goes_with_the_sandbox()
    {
        string copy = Path.Combine(place, "new", "kube");
        using var program = new ProgramRun();
        Task<int> run = program.RunAsync("start", "--folder", Folder, "--quiet", "--kubeconfig", copy);
        await program.OutputHasAsync("\n");
        Assert.Equal(copy + "\n", program.Output);
        Assert.Equal(await File.ReadAllTextAsync(program.Sandbox!.KubeConfig), await File.ReadAllTextAsync(copy));
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(copy));
        }

        program.Interrupts.Interrupt();
        await run;
        Assert.False(File.Exists(copy));
    }

    [Fact]
    public async Task A_kubeconfig_of_the_users_own_is_not_overwritten()
    {
        string own = Path.Combine(place, "config");
        await File.WriteAllTextAsync(own, "mine");
        using var program = new ProgramRun();
        Assert.Equal(2, await program.RunAsync("start", "--folder", Folder, "--kubeconfig", own));
        Assert.Contains("not overwritten", program.Error, StringComparison.Ordinal);
        Assert.Equal("mine", await File.ReadAllTextAsync(own));
        Assert.Null(program.Sandbox);
    }

    [Fact]
    public async Task A_sandbox_that_does_not_start_is_an_error()
    {
        using var program = new ProgramRun { OtherStart = static (_, _, _) => throw new IOException("The port 7443 is in use.") };
        Assert.Equal(1, await program.RunAsync("start", "--folder", Folder));
        Assert.Equal("The port 7443 is in use.\n", program.Error);
    }

    [Fact]
    public async Task Ctrl_C_while_the_sandbox_starts_cuts_it_short()
    {
        var begun = new TaskCompletionSource();
        using var program = new ProgramRun
        {
            OtherStart = async (_, _, ending) =>
            {
                begun.SetResult();
                await Task.Delay(Timeout.Infinite, ending);
                throw new InvalidOperationException("not reached");
            },
        };
        Task<int> run = program.RunAsync("start", "--folder", Folder);
        await begun.Task;
        program.Interrupts.Interrupt();
        Assert.Equal(130, await run);
        Assert.Empty(program.Error);
    }

    [Theory]
    [InlineData("start")]
    [InlineData("start", "--quiet")]
    public async Task A_sandbox_that_breaks_ends_the_program_with_its_reason(params string[] words)
    {
        using var program = new ProgramRun();
        Task<int> run = program.RunAsync([.. words, "--folder", Folder]);
        await program.OutputHasAsync("\n");
        program.Sandbox!.Break("The disk is full.");
        Assert.Equal(1, await run);
        Assert.EndsWith("The sandbox broke: The disk is full.\n", program.Error, StringComparison.Ordinal);
        Assert.True(program.Sandbox.IsDisposed);
    }
}
