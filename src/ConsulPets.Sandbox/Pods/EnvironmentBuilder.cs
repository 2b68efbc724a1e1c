using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using ConsulPets.Sandbox.Store;

namespace ConsulPets.Sandbox.Pods;

/// <summary>A container's environment, or why it cannot be made.</summary>
/// <param name="Variables">The variables; those that came before a problem when there is one.</param>
/// <param name="Problem">What is missing, as the kubelet words it; null when nothing is.</param>
internal sealed record EnvironmentOutcome(IReadOnlyDictionary<string, string> Variables, string? Problem);

/// <summary>Builds a container's environment of <c>env</c> and <c>envFrom</c>, and expands <c>$(NAME)</c>.</summary>
internal static partial class EnvironmentBuilder
{
    /// <summary>Builds it.</summary>
    /// <param name="pod">The pod, with its address already in its status.</param>
    /// <param name="container">The container.</param>
    /// <param name="start">What is there before: the services' variables, which the container's own may name and replace.</param>
    /// <param name="find">A config map or secret of the pod's namespace, by kind and name; null when there is none.</param>
    /// <returns>The environment.</returns>
    public static EnvironmentOutcome Build(
        JsonObject pod, JsonObject container, IEnumerable<KeyValuePair<string, string>> start, Func<ResourceKind, string, JsonObject?> find)
    {
        var variables = new Dictionary<string, string>(start, StringComparer.Ordinal);
        foreach (JsonObject source in container.Items("envFrom"))
        {
            if (Take(source, find, variables) is { } problem)
            {
                return new EnvironmentOutcome(variables, problem);
            }
        }

        foreach (JsonObject entry in container.Items("env"))
        {
            string name = entry.Text("name") ?? string.Empty;
            if (entry.Part("valueFrom") is not { } from)
            {
                variables[name] = Expand(entry.Text("value") ?? string.Empty, variables);
                continue;
            }

            (string? value, string? problem) = Value(pod, container, from, find);
            if (problem is not null)
            {
                return new EnvironmentOutcome(variables, problem);
            }

            if (value is not null)
            {
                variables[name] = value;
            }
        }

        return new EnvironmentOutcome(variables, null);
    }

    /// <summary>Expands <c>$(NAME)</c>. <c>$$(NAME)</c> gives <c>$(NAME)</c>, and a name that is not known stays as it is (k8s.io/kubernetes, third_party/forked/golang/expansion).</summary>
    /// <param name="text">The text.</param>
    /// <param name="variables">The variables.</param>
    /// <returns>The text, expanded.</returns>
    public static string Expand(string text, IReadOnlyDictionary<string, string> variables) => ExpansionPattern().Replace(text, match =>
        match.Value == "$$" ? "$" : variables.GetValueOrDefault(match.Groups["name"].Value, match.Value));

    /// <summary>The variables that tell a container of the namespace's services with an address of their own.</summary>
    /// <param name="services">The services.</param>
    /// <returns>The variables.</returns>
    public static IEnumerable<KeyValuePair<string, string>> OfServices(IEnumerable<JsonObject> services)
    {
        foreach (JsonObject service in services.Where(static service => service.Text("spec", "clusterIP") is { Length: > 0 } and not "None"))
        {
            string address = service.Text("spec", "clusterIP")!;
            string name = Variable(service.Text("metadata", "name") ?? string.Empty);
            JsonObject[] ports = [.. service.Items("spec", "ports")];
            yield return new($"{name}_SERVICE_HOST", address);
            for (int index = 0; index < ports.Length; index++)
            {
                string number = (ports[index].Number("port") ?? 0).ToString(CultureInfo.InvariantCulture);
                string protocol = ports[index].Text("protocol") ?? "TCP";
                string url = $"{protocol.ToLowerInvariant()}://{address}:{number}";
                if (index == 0)
                {
                    yield return new($"{name}_SERVICE_PORT", number);
                    yield return new($"{name}_PORT", url);
                }

                if (ports[index].Text("name") is { Length: > 0 } portName)
                {
                    yield return new($"{name}_SERVICE_PORT_{Variable(portName)}", number);
                }

                string prefix = $"{name}_PORT_{number}_{protocol}";
                yield return new(prefix, url);
                yield return new($"{prefix}_PROTO", protocol.ToLowerInvariant());
                yield return new($"{prefix}_PORT", number);
                yield return new($"{prefix}_ADDR", address);
            }
        }
    }

    /// <summary>The data of a config map or secret as text.</summary>
    /// <param name="kind">Which of the two it is.</param>
    /// <param name="json">The object.</param>
    /// <param name="key">The key.</param>
    /// <returns>The text; null when there is no such key.</returns>
    public static string? Datum(ResourceKind kind, JsonObject json, string key) => json.Text("data", key) is not { } text
        ? null
        : kind == ResourceKinds.Secrets ? Encoding.UTF8.GetString(Convert.FromBase64String(text)) : text;

    private static string Variable(string name) => name.ToUpperInvariant().Replace('-', '_');

    private static string? Take(JsonObject source, Func<ResourceKind, string, JsonObject?> find, Dictionary<string, string> variables)
    {
        (ResourceKind kind, JsonObject? reference) = source.Part("configMapRef") is { } map ? (ResourceKinds.ConfigMaps, map) : (ResourceKinds.Secrets, source.Part("secretRef"));
        if (reference is null)
        {
            return null;
        }

        string name = reference.Text("name") ?? string.Empty;
        if (find(kind, name) is not { } json)
        {
            return reference.Truth("optional") == true ? null : $"{kind.Singular} \"{name}\" not found";
        }

        foreach (string key in (json.Part("data") ?? []).Select(static pair => pair.Key))
        {
            if (Datum(kind, json, key) is { } value)
            {
                variables[source.Text("prefix") + key] = value;
            }
        }

        return null;
    }

    private static (string? Value, string? Problem) Value(JsonObject pod, JsonObject container, JsonObject from, Func<ResourceKind, string, JsonObject?> find)
    {
        if (from.Part("fieldRef") is { } field)
        {
            string path = field.Text("fieldPath") ?? string.Empty;
            return DownwardField.Text(pod, path) is { } text ? (text, null) : (null, $"unsupported fieldPath: {path}");
        }

        if (from.Part("resourceFieldRef") is { } resource)
        {
            return (DownwardField.Resource(pod, container, resource), null);
        }

        (ResourceKind kind, JsonObject? reference) = from.Part("configMapKeyRef") is { } map ? (ResourceKinds.ConfigMaps, map) : (ResourceKinds.Secrets, from.Part("secretKeyRef"));
        if (reference is null)
        {
            return (null, null);
        }

        string name = reference.Text("name") ?? string.Empty;
        string key = reference.Text("key") ?? string.Empty;
        JsonObject? json = find(kind, name);
        string? value = json is null ? null : Datum(kind, json, key);
        if (value is not null || reference.Truth("optional") == true)
        {
            return (value, null);
        }

        return (null, json is null ? $"{kind.Singular} \"{name}\" not found" : $"couldn't find key {key} in {kind.Kind} {pod.Text("metadata", "namespace")}/{name}");
    }

    [GeneratedRegex(@"\$\$|\$\((?<name>[^()]*)\)", RegexOptions.CultureInvariant)]
    private static partial Regex ExpansionPattern();
}
