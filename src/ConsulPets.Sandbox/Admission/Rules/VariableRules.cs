using System.Text.Json.Nodes;
using ConsulPets.Sandbox.Store;

namespace ConsulPets.Sandbox.Admission;

/// <summary>Rules of containers' environment.</summary>
internal static class VariableRules
{
    private static readonly string[] Sources = ["fieldRef", "resourceFieldRef", "configMapKeyRef", "secretKeyRef"];

    private static readonly string[] PodFields =
    [
        "metadata.name", "metadata.namespace", "metadata.uid", "spec.nodeName", "spec.serviceAccountName", "status.hostIP", "status.hostIPs", "status.podIP", "status.podIPs",
    ];

    // A pod has these fields too, but not for its environment.
    private static readonly string[] OtherFields = ["status.phase", "spec.restartPolicy", "spec.schedulerName", "spec.hostNetwork", "status.nominatedNodeName"];

    private static readonly string[] ResourceFields = ["limits.cpu", "limits.ephemeral-storage", "limits.memory", "requests.cpu", "requests.ephemeral-storage", "requests.memory"];

    /// <summary>Judges a container's environment.</summary>
    /// <param name="container">The container.</param>
    /// <param name="path">Its path.</param>
    /// <param name="problems">Where what is wrong goes.</param>
    public static void Check(JsonObject container, string path, ProblemList problems)
    {
        foreach ((JsonObject variable, string at) in ProblemList.Each(container, path, "env"))
        {
            string name = variable.Text("name") ?? string.Empty;
            if (name.Length == 0)
            {
                problems.Required($"{at}.name");
            }
            else
            {
                problems.InvalidText($"{at}.name", name, NameRules.Variable(name));
            }

            if (variable.Part("valueFrom") is { } source)
            {
                CheckSource(source, variable.Text("value") ?? string.Empty, $"{at}.valueFrom", problems);
            }
        }

        foreach ((JsonObject all, string at) in ProblemList.Each(container, path, "envFrom"))
        {
            if (all.Text("prefix") is { Length: > 0 } prefix)
            {
                problems.InvalidText($"{at}.prefix", prefix, NameRules.Variable(prefix));
            }

            string[] named = [.. ((string[])["configMapRef", "secretRef"]).Where(all.ContainsKey)];
            foreach (string field in named.Where(field => all.Text(field, "name") is null or ""))
            {
                problems.Required($"{at}.{field}.name");
            }

            if (named.Length == 0)
            {
                problems.Invalid($"{path}.envFrom", "\"\"", "must specify one of: `configMapRef` or `secretRef`");
            }
            else if (named.Length > 1)
            {
                problems.Invalid($"{path}.envFrom", "\"\"", "may not have more than one field specified at a time");
            }
        }
    }

    /// <summary>Judges a reference to what a container asks for.</summary>
    /// <param name="reference">The reference.</param>
    /// <param name="path">Its path.</param>
    /// <param name="needsContainer">Whether it has to name the container.</param>
    /// <param name="problems">Where what is wrong goes.</param>
    public static void CheckResource(JsonObject reference, string path, bool needsContainer, ProblemList problems)
    {
        string resource = reference.Text("resource") ?? string.Empty;
        if (needsContainer && reference.Text("containerName") is null or "")
        {
            problems.Required($"{path}.containerName");
        }
        else if (resource.Length == 0)
        {
            problems.Required($"{path}.resource");
        }
        else if (!resource.Contains("hugepages-", StringComparison.Ordinal))
        {
            problems.OneOf($"{path}.resource", resource, ResourceFields);
        }
    }

    private static void CheckSource(JsonObject source, string value, string path, ProblemList problems)
    {
        if (source.Part("fieldRef") is { } field)
        {
            CheckField(field, $"{path}.fieldRef", problems);
        }

        if (source.Part("resourceFieldRef") is { } resource)
        {
            CheckResource(resource, $"{path}.resourceFieldRef", needsContainer: false, problems);
        }

        foreach (string name in (ReadOnlySpan<string>)["configMapKeyRef", "secretKeyRef"])
        {
            if (source.Part(name) is { } key)
            {
                if (key.Text("key") is not { Length: > 0 } text)
                {
                    problems.Required($"{path}.{name}.key");
                }
                else
                {
                    problems.InvalidText($"{path}.{name}.key", text, NameRules.Key(text));
                }
            }
        }

        int count = Sources.Count(source.ContainsKey);
        if (count == 0)
        {
            problems.Invalid(path, "\"\"", "must specify one of: `fieldRef`, `resourceFieldRef`, `configMapKeyRef` or `secretKeyRef`");
        }
        else if (value.Length > 0)
        {
            problems.Invalid(path, "\"\"", "may not be specified when `value` is not empty");
        }
        else if (count > 1)
        {
            problems.Invalid(path, "\"\"", "may not have more than one field specified at a time");
        }
    }

    private static void CheckField(JsonObject reference, string path, ProblemList problems)
    {
        string field = reference.Text("fieldPath") ?? string.Empty;
        if (field.Length == 0)
        {
            problems.Required($"{path}.fieldPath");
            return;
        }

        // A label's or an annotation's value: metadata.labels['app'].
        int bracket = field.IndexOf("['", StringComparison.Ordinal);
        if (bracket > 0 && field.EndsWith("']", StringComparison.Ordinal) && field[..bracket] is "metadata.labels" or "metadata.annotations")
        {
            string key = field[(bracket + 2)..^2];
            problems.InvalidText(path, key, NameRules.Qualified(key));
        }
        else if (!PodFields.Contains(field) && !OtherFields.Contains(field))
        {
            problems.Invalid($"{path}.fieldPath", GoText.Quote(field), $"error converting fieldPath: field label not supported: {field}");
        }
        else
        {
            problems.OneOf($"{path}.fieldPath", field, PodFields);
        }
    }
}
