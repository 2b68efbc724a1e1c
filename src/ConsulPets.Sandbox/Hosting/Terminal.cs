using System.Text;

namespace ConsulPets.Sandbox.Hosting;

/// <summary>The terminal, or the files and pipes that stand where it would be.</summary>
internal sealed class Terminal
{
    private const int WidthOfFiles = 120;
    private const int HeightOfFiles = 50;

    /// <summary>Standard input.</summary>
    public required TextReader Input { get; init; }

    /// <summary>Standard output.</summary>
    public required TextWriter Output { get; init; }

    /// <summary>Standard error.</summary>
    public required TextWriter Error { get; init; }

    /// <summary>Whether somebody types.</summary>
    public bool InputIsTerminal { get; init; }

    /// <summary>Whether somebody looks, on a terminal that understands escape sequences.</summary>
    public bool OutputIsTerminal { get; init; }

    /// <summary>Whether colours are wanted.</summary>
    public bool HasColours { get; init; }

    /// <summary>How many characters fit on a line.</summary>
    public Func<int> Width { get; init; } = static () => WidthOfFiles;

    /// <summary>How many lines are seen.</summary>
    public Func<int> Height { get; init; } = static () => HeightOfFiles;

    /// <summary>Reads one key without showing it; Ctrl-C is a key then.</summary>
    public Func<ConsoleKeyInfo> ReadKey { get; init; } = static () => throw new InvalidOperationException("There is no keyboard.");

    /// <summary>Whether lines can be edited: there are a keyboard and a screen.</summary>
    public bool IsInteractive => InputIsTerminal && OutputIsTerminal;

    /// <summary>The terminal that this process was started on.</summary>
    /// <returns>The terminal.</returns>
    public static Terminal OfThisProcess()
    {
        // PowerShell's tables have characters such as the ellipsis.
        if (OperatingSystem.IsWindows() && !Console.IsOutputRedirected)
        {
            Console.OutputEncoding = Encoding.UTF8;
        }

        bool isTerminal = !Console.IsOutputRedirected && Environment.GetEnvironmentVariable("TERM") != "dumb" && WindowsEscapes.AreUnderstood();
        return new Terminal
        {
            Input = Console.In,
            Output = Console.Out,
            Error = Console.Error,
            InputIsTerminal = !Console.IsInputRedirected,
            OutputIsTerminal = isTerminal,
            HasColours = isTerminal && !IsSet("NO_COLOR"),
            Width = Console.IsOutputRedirected ? static () => WidthOfFiles : static () => Math.Max(20, Console.WindowWidth),
            Height = Console.IsOutputRedirected ? static () => HeightOfFiles : static () => Math.Max(5, Console.WindowHeight),
            ReadKey = ReadConsoleKey,
        };
    }

    // https://no-color.org: present and not empty, whatever its value.
    private static bool IsSet(string variable) => !string.IsNullOrEmpty(Environment.GetEnvironmentVariable(variable));

    private static ConsoleKeyInfo ReadConsoleKey()
    {
        // Only while a key is waited for: at all other times Ctrl-C must be a signal.
        Console.TreatControlCAsInput = true;
        try
        {
            return Console.ReadKey(intercept: true);
        }
        finally
        {
            Console.TreatControlCAsInput = false;
        }
    }
}
