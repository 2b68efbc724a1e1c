using System.Text.Json.Nodes;
using ConsulPets.Sandbox.Store;

namespace ConsulPets.Sandbox.Admission;

/// <summary>Rules of a pod's volumes.</summary>
internal static class VolumeRules
{
    private const string ModeRule = "must be a number between 0 and 0777 (octal), both inclusive";

    private static readonly string[] HostTypes = ["", "BlockDevice", "CharDevice", "Directory", "DirectoryOrCreate", "File", "FileOrCreate", "Socket"];

    // The order in which the real server looks at them, as far as it matters here: what comes second is the one too many.
    private static readonly string[] CommonSources = ["emptyDir", "hostPath", "gitRepo", "gcePersistentDisk", "awsElasticBlockStore", "secret", "nfs", "iscsi", "glusterfs", "flocker", "configMap", "persistentVolumeClaim"];

    /// <summary>Judges a pod's volumes.</summary>
    /// <param name="spec">The pod's spec.</param>
    /// <param name="path">Its path.</param>
    /// <param name="problems">Where what is wrong goes.</param>
    /// <returns>The volumes' names.</returns>
    public static HashSet<string> Check(JsonObject spec, string path, ProblemList problems)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach ((JsonObject volume, string at) in ProblemList.Each(spec, path, "volumes"))
        {
            string name = volume.Text("name") ?? string.Empty;
            if (name.Length == 0)
            {
                problems.Required($"{at}.name");
            }
            else
            {
                problems.InvalidText($"{at}.name", name, NameRules.Label(name));
                if (!names.Add(name))
                {
                    problems.Duplicate($"{at}.name", GoText.Quote(name));
                }
            }

            string[] sources = [.. volume.Select(static pair => pair.Key).Where(static key => key != "name").OrderBy(Order)];
            foreach (string source in sources.Skip(1))
            {
                problems.Forbidden($"{at}.{source}", "may not specify more than 1 volume type");
            }

            if (sources.Length == 0)
            {
                problems.Required(at, "must specify a volume type");
            }
            else if (volume.Part(sources[0]) is { } first)
            {
                CheckSource(sources[0], first, $"{at}.{sources[0]}", problems);
            }
        }

        return names;
    }

    /// <summary>Requires a path to stay below where it starts.</summary>
    /// <param name="text">The path in the volume.</param>
    /// <param name="path">The field.</param>
    /// <param name="problems">Where what is wrong goes.</param>
    public static void CheckRelative(string text, string path, ProblemList problems)
    {
        if (text.StartsWith('/'))
        {
            problems.Invalid(path, GoText.Quote(text), "must be a relative path");
        }

        CheckNoStepBack(text, path, problems);
    }

    private static int Order(string source) => Array.IndexOf(CommonSources, source) is var index and >= 0 ? index : CommonSources.Length;

    private static void CheckSource(string type, JsonObject source, string path, ProblemList problems)
    {
        switch (type)
        {
            case "emptyDir" when Quantity.Read(source["sizeLimit"]) is { Billionths.Sign: < 0 }:
                problems.Forbidden($"{path}.sizeLimit", "SizeLimit field must be a valid resource quantity");
                break;
            case "hostPath":
                CheckHost(source, path, problems);
                break;
            case "configMap" or "secret":
                string field = type == "secret" ? "secretName" : "name";
                RequireText(source, field, $"{path}.{field}", problems);
                CheckMode(source, "defaultMode", path, problems);
                CheckItems(source, path, problems);
                break;
            case "persistentVolumeClaim":
                RequireText(source, "claimName", $"{path}.claimName", problems);
                break;
            case "downwardAPI":
                CheckMode(source, "defaultMode", path, problems);
                CheckFields(source, path, path, problems);
                break;
            case "projected":
                ProjectionRules.Check(source, path, problems);
                break;
            case "nfs":
                RequireText(source, "server", $"{path}.server", problems);
                RequireText(source, "path", $"{path}.path", problems);
                break;
        }
    }

    private static void CheckHost(JsonObject source, string path, ProblemList problems)
    {
        string folder = source.Text("path") ?? string.Empty;
        if (folder.Length == 0)
        {
            problems.Required($"{path}.path");
            return;
        }

        CheckNoStepBack(folder, $"{path}.path", problems);
        problems.OneOf($"{path}.type", source.Text("type"), HostTypes);
    }

    /// <summary>Judges the keys that are taken from a config map or secret.</summary>
    /// <param name="source">What names it.</param>
    /// <param name="path">Its path.</param>
    /// <param name="problems">Where what is wrong goes.</param>
    public static void CheckItems(JsonObject source, string path, ProblemList problems)
    {
        foreach ((JsonObject item, string at) in ProblemList.Each(source, path, "items"))
        {
            RequireText(item, "key", $"{at}.key", problems);
            if (item.Text("path") is { Length: > 0 } file)
            {
                CheckRelative(file, $"{at}.path", problems);
            }
            else
            {
                problems.Required($"{at}.path");
            }

            CheckMode(item, "mode", at, problems);
        }
    }

    /// <summary>Judges the pod's own fields that become files.</summary>
    /// <param name="source">Their list.</param>
    /// <param name="path">Its path.</param>
    /// <param name="missing">The path that a missing field is reported under.</param>
    /// <param name="problems">Where what is wrong goes.</param>
    public static void CheckFields(JsonObject source, string path, string missing, ProblemList problems)
    {
        foreach ((JsonObject item, string _) in ProblemList.Each(source, path, "items"))
        {
            if (item.Text("path") is { Length: > 0 } file)
            {
                CheckRelative(file, $"{path}.path", problems);
            }
            else
            {
                problems.Required($"{path}.path");
            }

            if (item.Part("resourceFieldRef") is { } resource)
            {
                VariableRules.CheckResource(resource, $"{path}.resourceFieldRef", needsContainer: true, problems);
            }
            else if (item.Part("fieldRef") is null)
            {
                problems.Required(missing, "one of fieldRef and resourceFieldRef is required");
            }

            CheckMode(item, "mode", path, problems);
        }
    }

    /// <summary>Judges a file's mode.</summary>
    /// <param name="source">Where it is.</param>
    /// <param name="field">Its field.</param>
    /// <param name="path">The path of where it is.</param>
    /// <param name="problems">Where what is wrong goes.</param>
    public static void CheckMode(JsonObject source, string field, string path, ProblemList problems)
    {
        if (source.Number(field) is { } mode and (< 0 or > 511))
        {
            problems.Invalid($"{path}.{field}", mode, ModeRule);
        }
    }

    /// <summary>Requires a text.</summary>
    /// <param name="source">Where it is.</param>
    /// <param name="field">Its field.</param>
    /// <param name="path">Its path.</param>
    /// <param name="problems">Where what is wrong goes.</param>
    public static void RequireText(JsonObject source, string field, string path, ProblemList problems)
    {
        if (source.Text(field) is null or "")
        {
            problems.Required(path);
        }
    }

    private static void CheckNoStepBack(string text, string path, ProblemList problems)
    {
        if (text.Split('/').Contains(".."))
        {
            problems.Invalid(path, GoText.Quote(text), "must not contain '..'");
        }
    }
}
