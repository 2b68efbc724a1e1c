using System.Globalization;

namespace ConsulPets.Sandbox.Hosting;

/// <summary>Understands the command line.</summary>
internal static class CommandLineParser
{
    private const string Verbs = "start, demo, shell, consul and help";
    private const int MostNodes = 99;

    /// <summary>Understands the words. Options are written `--name value` or `--name=value`, before or behind the verb.</summary>
    /// <param name="words">The words; none at all asks for help.</param>
    /// <returns>What they ask for.</returns>
    /// <exception cref="CommandLineException">They make no sense.</exception>
    public static SandboxArguments Parse(IReadOnlyList<string> words)
    {
        // Its words are its own, whatever they look like.
        if (words is ["consul", ..])
        {
            return new SandboxArguments(SandboxVerb.Consul) { Rest = [.. words.Skip(1)] };
        }

        if (words.Any(static word => word is "--help" or "-h" or "-?" or "/?"))
        {
            return new SandboxArguments(SandboxVerb.Help);
        }

        SandboxVerb? verb = null;
        var arguments = new SandboxArguments(SandboxVerb.Help);
        string? firstOption = null;
        var rest = new Queue<string>(words);
        while (rest.TryDequeue(out string? word))
        {
            if (word.StartsWith('-'))
            {
                string name = word.Split('=', 2)[0];
                firstOption ??= name;
                arguments = WithOption(arguments, word, name, rest);
            }
            else if (verb is null)
            {
                verb = VerbOf(word);
            }
            else if (verb != SandboxVerb.Help)
            {
                throw new CommandLineException($"'{verb.Value.ToString().ToLowerInvariant()}' takes no '{word}'; options begin with '--', and 'help' lists them.");
            }
        }

        if (verb is null && firstOption is not null)
        {
            throw new CommandLineException($"Say what to do before '{firstOption}': the sandbox has {Verbs}.");
        }

        arguments = arguments with { Verb = verb ?? SandboxVerb.Help };
        MustFit(arguments);
        return arguments;
    }

    private static SandboxVerb VerbOf(string word) => word switch
    {
        "start" => SandboxVerb.Start,
        "demo" => SandboxVerb.Demo,
        "shell" => SandboxVerb.Shell,
        "help" => SandboxVerb.Help,
        "consul" => throw new CommandLineException("'consul' comes first; its own words follow it."),
        _ => throw new CommandLineException($"There is no '{word}': the sandbox has {Verbs}."),
    };

    private static SandboxArguments WithOption(SandboxArguments arguments, string word, string name, Queue<string> rest) => name switch
    {
        "--folder" => arguments with { Folder = Path.GetFullPath(Value(word, "a folder", rest)) },
        "--consul" => arguments with { ConsulProgram = Path.GetFullPath(Value(word, "the path of a Consul program", rest)) },
        "--kubeconfig" => arguments with { KubeConfig = Path.GetFullPath(Value(word, "the path of a file", rest)) },
        "--port" => arguments with { Port = Number(word, "a port", 0, 65535, rest) },
        "--nodes" => arguments with { Nodes = Number(word, "a number of nodes", 1, MostNodes, rest) },
        "--quiet" => arguments with { Quiet = IsPlain(word, name) },
        "--until-input-ends" => arguments with { UntilInputEnds = IsPlain(word, name) },
        "--pause" => arguments with { Pause = IsPlain(word, name) },
        _ => throw new CommandLineException($"There is no option '{name}'; 'help' lists them."),
    };

    private static string Value(string word, string what, Queue<string> rest)
    {
        string name = word.Split('=', 2)[0];
        string? value = word.Length > name.Length ? word[(name.Length + 1)..] : rest.Count > 0 && !rest.Peek().StartsWith("--", StringComparison.Ordinal) ? rest.Dequeue() : null;
        return string.IsNullOrWhiteSpace(value) ? throw new CommandLineException($"'{name}' needs {what} behind it.") : value;
    }

    private static int Number(string word, string what, int least, int most, Queue<string> rest)
    {
        string value = Value(word, what, rest);
        return int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out int number) && number >= least && number <= most
            ? number
            : throw new CommandLineException($"'{word.Split('=', 2)[0]}' needs {what} from {least} to {most}, not '{value}'.");
    }

    private static bool IsPlain(string word, string name) =>
        word.Length == name.Length ? true : throw new CommandLineException($"'{name}' takes no value.");

    private static void MustFit(SandboxArguments arguments)
    {
        if (arguments is { Quiet: true, Verb: SandboxVerb.Demo or SandboxVerb.Shell })
        {
            throw new CommandLineException("'--quiet' is for 'start' only.");
        }

        if (arguments is { UntilInputEnds: true, Verb: SandboxVerb.Demo or SandboxVerb.Shell })
        {
            throw new CommandLineException("'--until-input-ends' is for 'start' only.");
        }

        if (arguments is { Pause: true, Verb: SandboxVerb.Start or SandboxVerb.Shell })
        {
            throw new CommandLineException("'--pause' is for 'demo' only.");
        }
    }
}
