using System.Text;
using System.Text.Json.Nodes;
using ConsulPets.Sandbox.Store;

namespace ConsulPets.Sandbox.Admission;

/// <summary>Rules of every object's metadata: names, labels, annotations, owners, finalizers.</summary>
internal static class MetadataRules
{
    private const int AnnotationsSize = 256 * 1024;

    /// <summary>Judges an object's metadata.</summary>
    /// <param name="kind">Its kind.</param>
    /// <param name="json">The object.</param>
    /// <param name="live">What is there; null for a new one.</param>
    /// <param name="problems">Where what is wrong goes.</param>
    public static void Check(ResourceKind kind, JsonObject json, JsonObject? live, ProblemList problems)
    {
        JsonObject? metadata = json.Part("metadata");
        string name = metadata.Text("name") ?? string.Empty;
        if (name.Length == 0)
        {
            problems.Required("metadata.name", "name or generateName is required");
        }
        else
        {
            problems.InvalidText("metadata.name", name, NamesOf(kind, name));
        }

        Labels(metadata?["labels"], "metadata.labels", problems);
        Annotations(metadata?["annotations"], "metadata.annotations", problems);
        Owners(metadata, problems);
        Finalizers(metadata, problems);
        if (live.Text("metadata", "deletionTimestamp") is not null)
        {
            string[] added = [.. metadata.Texts("finalizers").Except(live.Part("metadata").Texts("finalizers"))];
            if (added.Length > 0)
            {
                problems.Forbidden(
                    "metadata.finalizers",
                    $"no new finalizers can be added if the object is being deleted, found new finalizers []string{{{string.Join(", ", added.Order(StringComparer.Ordinal).Select(GoText.Quote))}}}");
            }
        }
    }

    /// <summary>Judges labels.</summary>
    /// <param name="labels">The labels; null for none.</param>
    /// <param name="path">Their path.</param>
    /// <param name="problems">Where what is wrong goes.</param>
    public static void Labels(JsonNode? labels, string path, ProblemList problems)
    {
        foreach ((string key, string value) in labels.Map())
        {
            problems.InvalidText(path, key, NameRules.Qualified(key));
            problems.InvalidText(path, value, NameRules.LabelValue(value));
        }
    }

    /// <summary>Judges annotations.</summary>
    /// <param name="annotations">The annotations; null for none.</param>
    /// <param name="path">Their path.</param>
    /// <param name="problems">Where what is wrong goes.</param>
    public static void Annotations(JsonNode? annotations, string path, ProblemList problems)
    {
        long size = 0;
        foreach ((string key, string value) in annotations.Map())
        {
#pragma warning disable CA1308 // Keys are judged in lower case, as the real server does.
            problems.InvalidText(path, key, NameRules.Qualified(key.ToLowerInvariant()));
#pragma warning restore CA1308
            size += Encoding.UTF8.GetByteCount(key) + Encoding.UTF8.GetByteCount(value);
        }

        if (size > AnnotationsSize)
        {
            problems.TooLong(path, AnnotationsSize);
        }
    }

    private static IEnumerable<string> NamesOf(ResourceKind kind, string name) => kind.Kind switch
    {
        "Service" => NameRules.Host(name),
        "Namespace" => NameRules.Label(name),
        "Role" or "RoleBinding" or "ClusterRole" or "ClusterRoleBinding" => NameRules.PathSegment(name),
        _ => NameRules.Subdomain(name),
    };

    private static void Owners(JsonObject? metadata, ProblemList problems)
    {
        foreach (JsonObject owner in metadata.Items("ownerReferences"))
        {
            foreach (string field in (ReadOnlySpan<string>)["apiVersion", "kind", "name", "uid"])
            {
                if (owner.Text(field) is null or "")
                {
                    problems.Invalid($"metadata.ownerReferences.{field}", "\"\"", $"{(field == "apiVersion" ? "version" : field)} must not be empty");
                }
            }
        }

        if (metadata.Items("ownerReferences").Count(static owner => owner.Truth("controller") == true) > 1)
        {
            string[] controllers = [.. metadata.Items("ownerReferences").Where(static owner => owner.Truth("controller") == true).Select(static owner => $"{owner.Text("kind")}/{owner.Text("name")}")];
            problems.Invalid(
                "metadata.ownerReferences",
                $"[]v1.OwnerReference{{{string.Join(", ", controllers)}}}",
                $"Only one reference can have Controller set to true. Found \"true\" in references for {controllers[0]} and {controllers[1]}");
        }
    }

    private static void Finalizers(JsonObject? metadata, ProblemList problems)
    {
        string[] finalizers = [.. metadata.Texts("finalizers")];
        for (int index = 0; index < finalizers.Length; index++)
        {
            string name = finalizers[index];
            problems.InvalidText("metadata.finalizers", name, NameRules.Qualified(name));
            if (!name.Contains('/', StringComparison.Ordinal) && name is not (Deletion.Foreground or Deletion.Orphan or "kubernetes"))
            {
                problems.Invalid(ProblemList.At("metadata.finalizers", index), GoText.Quote(name), "name is neither a standard finalizer name nor is it fully qualified");
            }
        }

        if (finalizers.Contains(Deletion.Foreground) && finalizers.Contains(Deletion.Orphan))
        {
            problems.Invalid("metadata.finalizers", GoText.List(metadata!["finalizers"]), "finalizer orphan and foregroundDeletion cannot be both set");
        }
    }
}
