using System.Text.Json.Nodes;
using ConsulPets.Sandbox.Store;

namespace ConsulPets.Sandbox.Admission;

/// <summary>Rules of containers' ports.</summary>
internal static class PortRules
{
    /// <summary>Judges a container's ports.</summary>
    /// <param name="container">The container.</param>
    /// <param name="path">Its path.</param>
    /// <param name="problems">Where what is wrong goes.</param>
    public static void Check(JsonObject container, string path, ProblemList problems)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach ((JsonObject port, string at) in ProblemList.Each(container, path, "ports"))
        {
            if (port.Text("name") is { Length: > 0 } name)
            {
                string[] broken = [.. NameRules.Port(name)];
                problems.InvalidText($"{at}.name", name, broken);
                if (broken.Length == 0 && !names.Add(name))
                {
                    problems.Duplicate($"{at}.name", GoText.Quote(name));
                }
            }

            if (port.Number("containerPort") is not { } number || number == 0)
            {
                problems.Required($"{at}.containerPort");
            }
            else
            {
                CheckNumber($"{at}.containerPort", number, problems);
            }

            if (port.Number("hostPort") is { } hostPort and not 0)
            {
                CheckNumber($"{at}.hostPort", hostPort, problems);
            }

            if (port.Text("protocol") is null or "")
            {
                problems.Required($"{at}.protocol");
            }
            else
            {
                problems.OneOf($"{at}.protocol", port.Text("protocol"), "SCTP", "TCP", "UDP");
            }
        }
    }

    /// <summary>Judges a container's ports on the node.</summary>
    /// <param name="container">The container.</param>
    /// <param name="path">Its path.</param>
    /// <param name="isOnHost">Whether the pod uses the node's own network, where both numbers are one.</param>
    /// <param name="taken">The node's ports that the pod has already.</param>
    /// <param name="problems">Where what is wrong goes.</param>
    public static void CheckHost(JsonObject container, string path, bool isOnHost, HashSet<string> taken, ProblemList problems)
    {
        foreach ((JsonObject port, string at) in ProblemList.Each(container, path, "ports"))
        {
            long hostPort = port.Number("hostPort") ?? 0;
            if (hostPort == 0)
            {
                continue;
            }

            if (isOnHost && port.Number("containerPort") is { } number && number != hostPort)
            {
                problems.Invalid($"{at}.containerPort", number, "must match `hostPort` when `hostNetwork` is true");
            }

            string place = $"{port.Text("protocol")}/{port.Text("hostIP")}/{hostPort}";
            if (!taken.Add(place))
            {
                problems.Duplicate($"{at}.hostPort", GoText.Quote(place));
            }
        }
    }

    /// <summary>Judges a port's number.</summary>
    /// <param name="path">Its path.</param>
    /// <param name="number">The number.</param>
    /// <param name="problems">Where what is wrong goes.</param>
    public static void CheckNumber(string path, long number, ProblemList problems)
    {
        foreach (string rule in NameRules.PortNumber(number))
        {
            problems.Invalid(path, number, rule);
        }
    }

    /// <summary>Judges a port that is told by its number or its name.</summary>
    /// <param name="path">Its path.</param>
    /// <param name="port">The port.</param>
    /// <param name="problems">Where what is wrong goes.</param>
    public static void CheckNumberOrName(string path, JsonNode? port, ProblemList problems)
    {
        if (port.Text() is { } name)
        {
            problems.InvalidText(path, name, NameRules.Port(name));
        }
        else
        {
            CheckNumber(path, port.Number() ?? 0, problems);
        }
    }
}
