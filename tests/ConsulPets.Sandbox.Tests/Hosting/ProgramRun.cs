using ConsulPets.Sandbox.Hosting;

namespace ConsulPets.Sandbox.Tests.Hosting;

/// <summary>A run of the program on files in place of a terminal, with a sandbox that serves nothing.</summary>
internal sealed class ProgramRun : IDisposable
{
    private readonly WatchedWriter output = new();
    private readonly WatchedWriter error = new();

    public Interrupts Interrupts { get; } = new();

    public string Input { get; init; } = string.Empty;

    public Uri? Server { get; init; }

    public FakeSandbox? Sandbox { get; private set; }

    public IReadOnlyList<string>? ConsulWords { get; private set; }

    public Func<SandboxOptions, IProgress<string>, CancellationToken, Task<IRunningSandbox>>? OtherStart { get; init; }

    public string Output => output.ToString();

    public string Error => error.ToString();

    public Task<int> RunAsync(params string[] arguments) => Task.Run(() => SandboxCommandLine.RunAsync(
        arguments,
        OtherStart ?? StartAsync,
        (words, _, _, _) =>
        {
            ConsulWords = words;
            return Task.FromResult(7);
        },
        new Terminal { Input = new StringReader(Input), Output = output, Error = error },
        Interrupts));

    /// <summary>Waits until something was written to standard output.</summary>
    public Task OutputHasAsync(string text) => output.HasAsync(text);

    public void Dispose()
    {
        Interrupts.Dispose();
        output.Dispose();
        error.Dispose();
    }

    private Task<IRunningSandbox> StartAsync(SandboxOptions options, IProgress<string> progress, CancellationToken cancellationToken)
    {
        progress.Report("on the way");
        Sandbox = FakeSandbox.Start(options, Server);
        return Task.FromResult<IRunningSandbox>(Sandbox);
    }
}
