using System.Diagnostics.CodeAnalysis;

namespace ConsulPets.HelpBuilder;

/// <summary>What the command line asks for.</summary>
/// <param name="Assembly">The assembly with the cmdlets.</param>
/// <param name="References">Folders and assemblies in which the types that it names are found.</param>
/// <param name="Pages">The folder of the Markdown pages.</param>
/// <param name="Output">The MAML file.</param>
internal sealed record BuildOptions(string Assembly, IReadOnlyList<string> References, string Pages, string Output)
{
    /// <summary>One line that tells how the tool is called.</summary>
    public const string Usage =
        "Usage: ConsulPets.HelpBuilder --assembly <dll> --reference <folder or dll>... --pages <folder> --output <xml>";

    /// <summary>Reads the command line; says what is wrong with it when it cannot be read.</summary>
    public static bool TryParse(
        IReadOnlyList<string> arguments,
        [NotNullWhen(true)] out BuildOptions? options,
        [NotNullWhen(false)] out string? complaint)
    {
        options = null;
        complaint = null;
        var values = new Dictionary<string, List<string>>(StringComparer.Ordinal)
        {
            ["--assembly"] = [],
            ["--reference"] = [],
            ["--pages"] = [],
            ["--output"] = [],
        };
        List<string>? current = null;
        foreach (string argument in arguments)
        {
            if (argument.StartsWith("--", StringComparison.Ordinal))
            {
                if (!values.TryGetValue(argument, out current))
                {
                    complaint = $"{argument} is not an option.";
                    return false;
                }
            }
            else if (current is null)
            {
                complaint = $"'{argument}' follows no option.";
                return false;
            }
            else
            {
                current.Add(argument);
            }
        }

        string? wrong = values.Keys.FirstOrDefault(name => name != "--reference" && values[name].Count != 1);
        if (wrong is not null)
        {
            complaint = $"{wrong} needs one value.";
            return false;
        }

        options = new BuildOptions(
            values["--assembly"][0], values["--reference"], values["--pages"][0], values["--output"][0]);
        return true;
    }
}
