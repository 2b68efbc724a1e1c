using System.Net;
using System.Text.RegularExpressions;

namespace ConsulPets.Sandbox.Pods;

/// <summary>What a name in the cluster's DNS means.</summary>
/// <param name="Host">A pod's host name; null for all pods of the service.</param>
/// <param name="Service">The service.</param>
/// <param name="Namespace">The service's namespace.</param>
internal sealed record ClusterName(string? Host, string Service, string Namespace);

/// <summary>
/// Replaces cluster names by addresses where Consul agents are told whom to join. An ordinary user cannot change what the machine's resolver knows, so an agent that runs as a
/// local process could not look up <c>consul.default.svc</c>; its names are therefore resolved once, when its container starts. Once is enough: all pods have their address as
/// soon as they are bound to a node, before any of them is started; of any two agents the later one knows the earlier one's address, and its call waits until that one listens
/// (<see cref="TcpForwarder"/>). An agent's own address is left out as long as there are others.
/// Only the settings that name agents to join are touched (<c>-retry-join</c>, <c>-join</c>, their WAN forms, and the keys of configuration files), no other text.
/// </summary>
internal static partial class ClusterNames
{
    private const string Domain = ".svc.cluster.local";

    /// <summary>The meanings that a name may have, in the order in which a pod's resolver tries them: the search domains first (<c>ndots:5</c>).</summary>
    /// <param name="name">The name, without a port.</param>
    /// <param name="namespaceName">The pod's namespace.</param>
    /// <returns>The meanings; empty for what is no name.</returns>
    public static IReadOnlyList<ClusterName> Candidates(string name, string namespaceName)
    {
        if (!NamePattern().IsMatch(name) || IPAddress.TryParse(name, out _))
        {
            return [];
        }

        string[] full = name.EndsWith('.')
            ? [name.TrimEnd('.')]
            : [$"{name}.{namespaceName}{Domain}", $"{name}{Domain}", $"{name}.cluster.local", name];
        var candidates = new List<ClusterName>();
        foreach (string one in full.Where(static one => one.EndsWith(Domain, StringComparison.OrdinalIgnoreCase)))
        {
            string[] labels = one[..^Domain.Length].ToLowerInvariant().Split('.');
            if (labels.Length is 2 or 3)
            {
                candidates.Add(new ClusterName(labels.Length == 3 ? labels[0] : null, labels[^2], labels[^1]));
            }
        }

        return candidates;
    }

    /// <summary>Splits the port from a name.</summary>
    /// <param name="text"><c>name:8301</c> or <c>name</c>.</param>
    /// <returns>The name, and the port with its colon, or empty.</returns>
    public static (string Name, string Port) Split(string text) =>
        PortPattern().Match(text) is { Success: true } match ? (text[..match.Index], match.Value) : (text, string.Empty);

    /// <summary>Replaces the names in a program's arguments. Arguments with spaces are taken for the text of a shell.</summary>
    /// <param name="arguments">The program and its arguments.</param>
    /// <param name="resolve">The addresses that a name means, ports kept; empty to leave it.</param>
    /// <param name="variables">The container's environment, for names that a shell's text builds of variables.</param>
    /// <returns>The arguments, of which there may be more.</returns>
    public static IReadOnlyList<string> InArguments(
        IReadOnlyList<string> arguments, Func<string, IReadOnlyList<string>> resolve, IReadOnlyDictionary<string, string> variables)
    {
        var result = new List<string>();
        for (int index = 0; index < arguments.Count; index++)
        {
            string argument = arguments[index];
            if (argument.Any(char.IsWhiteSpace))
            {
                result.Add(InShellText(argument, resolve, variables));
            }
            else if (FlagPattern().Match(argument) is { Success: true } flag && flag.Groups["value"].Success)
            {
                Add(flag.Groups["value"].Value, address => [$"{flag.Groups["flag"].Value}={address}"], argument);
            }
            else if (FlagPattern().IsMatch(argument) && index + 1 < arguments.Count)
            {
                Add(arguments[++index], address => [argument, address], argument, arguments[index]);
            }
            else
            {
                result.Add(argument);
            }
        }

        return result;

        void Add(string name, Func<string, string[]> form, params string[] otherwise)
        {
            IReadOnlyList<string> addresses = resolve(name);
            result.AddRange(addresses.Count == 0 ? otherwise : addresses.SelectMany(form));
        }
    }

    /// <summary>Replaces the names in a configuration file, JSON or HCL: only inside the lists of agents to join.</summary>
    /// <param name="text">The file.</param>
    /// <param name="resolve">The addresses that a name means, ports kept; empty to leave it.</param>
    /// <returns>The file.</returns>
    public static string InConfiguration(string text, Func<string, IReadOnlyList<string>> resolve) => ListPattern().Replace(text, list =>
    {
        string names = StringPattern().Replace(list.Groups["values"].Value, literal =>
        {
            IReadOnlyList<string> addresses = resolve(literal.Groups["text"].Value);
            return addresses.Count == 0 ? literal.Value : string.Join(", ", addresses.Select(static address => $"\"{address}\""));
        });

        // Consul takes one text for a list of one; of several addresses a list has to be made.
        bool isList = list.Groups["open"].Success;
        return isList || names == list.Groups["values"].Value
            ? $"{list.Groups["head"].Value}{list.Groups["open"].Value}{names}{list.Groups["close"].Value}"
            : $"{list.Groups["head"].Value}[{names}]";
    });

    private static string InShellText(string text, Func<string, IReadOnlyList<string>> resolve, IReadOnlyDictionary<string, string> variables) => ShellFlagPattern().Replace(text, match =>
    {
        string name = VariablePattern().Replace(match.Groups["value"].Value, variable => variables.GetValueOrDefault(variable.Groups["name"].Value, variable.Value));
        IReadOnlyList<string> addresses = resolve(name);
        return addresses.Count == 0 ? match.Value : string.Join(' ', addresses.Select(address => $"{match.Groups["flag"].Value}={address}"));
    });

    [GeneratedRegex(@"^(?=.{1,253}$)[A-Za-z0-9]([A-Za-z0-9\-]*[A-Za-z0-9])?(\.[A-Za-z0-9]([A-Za-z0-9\-]*[A-Za-z0-9])?)*\.?$", RegexOptions.CultureInvariant)]
    private static partial Regex NamePattern();

    [GeneratedRegex(@":\d{1,5}$", RegexOptions.CultureInvariant)]
    private static partial Regex PortPattern();

    [GeneratedRegex(@"^(?<flag>--?(?:retry-join|join)(?:-wan)?)(?:=(?<value>.*))?$", RegexOptions.CultureInvariant)]
    private static partial Regex FlagPattern();

    [GeneratedRegex(@"(?<![\w\-])(?<flag>--?(?:retry-join|join)(?:-wan)?)(?:=|[ \t]+)(?<quote>[""']?)(?<value>[^\s""'\\;|&<>()-][^\s""'\\;|&<>()]*)\k<quote>", RegexOptions.CultureInvariant)]
    private static partial Regex ShellFlagPattern();

    [GeneratedRegex(@"\$(?:\{(?<name>\w+)\}|(?<name>\w+))", RegexOptions.CultureInvariant)]
    private static partial Regex VariablePattern();

    [GeneratedRegex(
        @"(?<head>(?<![\w])""?(?:retry_join|start_join)(?:_wan)?""?\s*[:=]\s*)(?:(?<open>\[)(?<values>(?:""(?:[^""\\]|\\.)*""|[^\]""])*)(?<close>\])|(?<values>""(?:[^""\\]|\\.)*""))",
        RegexOptions.CultureInvariant)]
    private static partial Regex ListPattern();

    [GeneratedRegex(@"""(?<text>(?:[^""\\]|\\.)*)""", RegexOptions.CultureInvariant)]
    private static partial Regex StringPattern();
}
