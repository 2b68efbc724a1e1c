namespace ConsulPets.Sandbox.ConsulBinaries;

/// <summary>The sub-command <c>consul</c>: says which Consul program is used, and fetches one when there is none. For scripts: the last line on standard output is the path.</summary>
internal static class ConsulCommand
{
    private const string Usage = """
        usage: consul [--consul FILE] [--version VERSION] [--known]
          --consul FILE      use this program; like CONSUL_BINARY, over which it wins
          --version VERSION  this version; like CONSULPETS_CONSUL_VERSION, over which it wins
          --known            show all programs that are on the machine already, and fetch none
        It prints the program's version and, as the last line, its path.
        """;

    /// <summary>Runs it.</summary>
    /// <param name="arguments">What follows <c>consul</c> on the command line.</param>
    /// <param name="output">Gets the answer: the version, then the path.</param>
    /// <param name="error">Gets what goes on, and why there is no answer.</param>
    /// <param name="cancellationToken">Cancels it.</param>
    /// <returns>The exit code: 0, 1 when there is no Consul program, 2 for arguments that are not understood.</returns>
    public static Task<int> RunAsync(string[] arguments, TextWriter output, TextWriter error, CancellationToken cancellationToken) =>
        RunAsync(arguments, ConsulSearch.OfMachine, output, error, cancellationToken);

    /// <summary>Runs it on a machine of the caller's.</summary>
    /// <param name="arguments">What follows <c>consul</c> on the command line.</param>
    /// <param name="machine">Makes the search, of the program that was named.</param>
    /// <param name="output">Gets the answer.</param>
    /// <param name="error">Gets what goes on.</param>
    /// <param name="cancellationToken">Cancels it.</param>
    /// <returns>The exit code.</returns>
    internal static async Task<int> RunAsync(string[] arguments, Func<string?, ConsulSearch> machine, TextWriter output, TextWriter error, CancellationToken cancellationToken)
    {
        string? given = null;
        string? version = null;
        bool known = false;
        for (int index = 0; index < arguments.Length; index++)
        {
            switch (arguments[index])
            {
                case "--consul" when index + 1 < arguments.Length:
                    given = arguments[++index];
                    break;
                case "--version" when index + 1 < arguments.Length:
                    version = arguments[++index];
                    break;
                case "--known":
                    known = true;
                    break;
                default:
                    await error.WriteLineAsync(Usage).ConfigureAwait(false);
                    return 2;
            }
        }

        ConsulSearch search = machine(given);
        using var finder = new ConsulFinder(version is null ? search : search with { AskedVersion = version }, error.WriteLine);
        try
        {
            foreach (ConsulBinary binary in known ? finder.Known() : [])
            {
                await output.WriteLineAsync($"{binary.Version}\t{binary.Origin}\t{binary.Path}").ConfigureAwait(false);
            }

            if (!known)
            {
                ConsulBinary found = await finder.FindAsync(cancellationToken).ConfigureAwait(false);
                await output.WriteLineAsync(found.Version).ConfigureAwait(false);
                await output.WriteLineAsync(found.Path).ConfigureAwait(false);
            }

            return 0;
        }
        catch (ConsulNotFoundException none)
        {
            await error.WriteLineAsync(none.Message).ConfigureAwait(false);
            return 1;
        }
    }
}
