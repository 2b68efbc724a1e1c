using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using ConsulPets.Sandbox.Store;

namespace ConsulPets.Sandbox.Pods;

/// <summary>What a pod may learn about itself: the downward API.</summary>
internal static partial class DownwardField
{
    /// <summary>A field of the pod as text.</summary>
    /// <param name="pod">The pod.</param>
    /// <param name="path"><c>status.podIP</c>, <c>metadata.labels['app']</c>, …</param>
    /// <returns>The text, empty when the pod lacks it; null when the path is not offered.</returns>
    public static string? Text(JsonObject pod, string path)
    {
        if (KeyedPattern().Match(path) is { Success: true } keyed)
        {
            return pod.Text("metadata", keyed.Groups["map"].Value, keyed.Groups["key"].Value) ?? string.Empty;
        }

        return path switch
        {
            "metadata.labels" or "metadata.annotations" => string.Join(
                '\n', pod.Map("metadata", path["metadata.".Length..]).OrderBy(static pair => pair.Key, StringComparer.Ordinal).Select(static pair => $"{pair.Key}=\"{Escape(pair.Value)}\"")),
            "status.podIPs" or "status.hostIPs" => string.Join(',', pod.Items("status", path["status.".Length..]).Select(static item => item.Text("ip"))),
            "metadata.name" or "metadata.namespace" or "metadata.uid" or "spec.nodeName" or "spec.serviceAccountName" or "status.podIP" or "status.hostIP" =>
                pod.Text(path.Split('.')) ?? string.Empty,
            _ => null,
        };
    }

    /// <summary>A container's request or limit, in units of the divisor, rounded up.</summary>
    /// <param name="pod">The pod.</param>
    /// <param name="container">The container that asks; the reference may name another.</param>
    /// <param name="reference">The <c>resourceFieldRef</c>.</param>
    /// <returns>A whole number as text. Where there is no such limit a real node gives what it has itself; here it is 0.</returns>
    public static string Resource(JsonObject pod, JsonObject container, JsonObject reference)
    {
        JsonObject about = reference.Text("containerName") is { } name && pod.Items("spec", "containers").FirstOrDefault(item => item.Text("name") == name) is { } named ? named : container;
        string[] path = ["resources", .. (reference.Text("resource") ?? string.Empty).Split('.', 2)];
        decimal amount = Quantity.Parse(about.Text(path)) ?? 0;
        decimal divisor = Quantity.Parse(reference.Text("divisor")) is { } given and > 0 ? given : 1;
        return Math.Ceiling(amount / divisor).ToString(CultureInfo.InvariantCulture);
    }

    private static string Escape(string text) => text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal);

    [GeneratedRegex(@"^metadata\.(?<map>labels|annotations)\['(?<key>[^']+)'\]$", RegexOptions.CultureInvariant)]
    private static partial Regex KeyedPattern();
}
