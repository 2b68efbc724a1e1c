using System.Text;
using System.Text.Json.Nodes;
using ConsulPets.Sandbox.Store;

namespace ConsulPets.Sandbox.Pods;

/// <summary>A file of a volume that is made of objects.</summary>
/// <param name="Path">Its path in the volume, with forward slashes.</param>
/// <param name="Content">What is in it.</param>
/// <param name="Mode">Its permissions, as Unix has them.</param>
/// <param name="IsText">Whether it is text, in which paths and names are replaced.</param>
internal sealed record VolumeFile(string Path, byte[] Content, int Mode, bool IsText);

/// <summary>The files of a volume, or why they cannot be made.</summary>
/// <param name="Files">The files.</param>
/// <param name="Problem">What is missing, as the kubelet words it; null when nothing is.</param>
internal sealed record VolumeFilesOutcome(IReadOnlyList<VolumeFile> Files, string? Problem);

/// <summary>The files of <c>configMap</c>, <c>secret</c>, <c>downwardAPI</c> and <c>projected</c> volumes.</summary>
internal static class VolumeFiles
{
    private const int DefaultMode = 0x1A4; // 0644

    /// <summary>Whether a volume is made of objects rather than a folder.</summary>
    /// <param name="volume">The volume of the pod's <c>spec</c>.</param>
    /// <returns>True when it is.</returns>
    public static bool IsMade(JsonObject volume) => volume.ContainsKey("configMap") || volume.ContainsKey("secret") || volume.ContainsKey("downwardAPI") || volume.ContainsKey("projected");

    /// <summary>The objects that a pod's volumes and containers name: a change of one may concern the pod.</summary>
    /// <param name="pod">The pod.</param>
    /// <returns>Kind and name.</returns>
    public static IReadOnlySet<(string Resource, string Name)> References(JsonObject pod)
    {
        var found = new HashSet<(string Resource, string Name)>();
        Collect(pod.Part("spec"), found);
        return found;
    }

    /// <summary>The files.</summary>
    /// <param name="volume">The volume of the pod's <c>spec</c>.</param>
    /// <param name="pod">The pod, with its address in its status.</param>
    /// <param name="find">A config map or secret of the pod's namespace, by kind and name; null when there is none.</param>
    /// <param name="issueToken">Issues a service account's token; null when none are issued.</param>
    /// <returns>The files.</returns>
    public static VolumeFilesOutcome Of(JsonObject volume, JsonObject pod, Func<ResourceKind, string, JsonObject?> find, Func<string, string, string?>? issueToken)
    {
        var files = new List<VolumeFile>();
        string? problem = volume switch
        {
            _ when volume.Part("configMap") is { } map => AddObject(ResourceKinds.ConfigMaps, map.Text("name"), map, Mode(map), find, files),
            _ when volume.Part("secret") is { } secret => AddObject(ResourceKinds.Secrets, secret.Text("secretName"), secret, Mode(secret), find, files),
            _ when volume.Part("downwardAPI") is { } downward => AddFields(downward, pod, Mode(downward), files),
            _ when volume.Part("projected") is { } projected => AddProjected(projected, pod, find, issueToken, files),
            _ => null,
        };
        return new VolumeFilesOutcome(files, problem);
    }

    private static int Mode(JsonObject source, int otherwise = DefaultMode) => (int)(source.Number("defaultMode") ?? otherwise);

    private static string? AddProjected(
        JsonObject projected, JsonObject pod, Func<ResourceKind, string, JsonObject?> find, Func<string, string, string?>? issueToken, List<VolumeFile> files)
    {
        int mode = Mode(projected);
        foreach (JsonObject source in projected.Items("sources"))
        {
            string? problem = source switch
            {
                _ when source.Part("configMap") is { } map => AddObject(ResourceKinds.ConfigMaps, map.Text("name"), map, mode, find, files),
                _ when source.Part("secret") is { } secret => AddObject(ResourceKinds.Secrets, secret.Text("name"), secret, mode, find, files),
                _ when source.Part("downwardAPI") is { } downward => AddFields(downward, pod, mode, files),
                _ when source.Part("serviceAccountToken") is { } token => AddToken(token, pod, mode, issueToken, files),
                _ => null,
            };
            if (problem is not null)
            {
                return problem;
            }
        }

        return null;
    }

    private static string? AddToken(JsonObject token, JsonObject pod, int mode, Func<string, string, string?>? issueToken, List<VolumeFile> files)
    {
        string account = pod.Text("spec", "serviceAccountName") ?? "default";
        if (issueToken?.Invoke(pod.Text("metadata", "namespace") ?? string.Empty, account) is { } text)
        {
            files.Add(new VolumeFile(token.Text("path") ?? "token", Encoding.UTF8.GetBytes(text), mode, false));
        }

        return null;
    }

    private static string? AddObject(ResourceKind kind, string? name, JsonObject source, int mode, Func<ResourceKind, string, JsonObject?> find, List<VolumeFile> files)
    {
        bool isOptional = source.Truth("optional") == true;
        if (find(kind, name ?? string.Empty) is not { } json)
        {
            return isOptional ? null : $"{kind.Singular} \"{name}\" not found";
        }

        Dictionary<string, (byte[] Content, bool IsText)> data = Data(kind, json);
        if (source["items"] is not JsonArray)
        {
            files.AddRange(data.Select(pair => new VolumeFile(pair.Key, pair.Value.Content, mode, pair.Value.IsText)));
            return null;
        }

        foreach (JsonObject item in source.Items("items"))
        {
            string key = item.Text("key") ?? string.Empty;
            if (data.TryGetValue(key, out (byte[] Content, bool IsText) datum))
            {
                files.Add(new VolumeFile(item.Text("path") ?? key, datum.Content, (int)(item.Number("mode") ?? mode), datum.IsText));
            }
            else if (!isOptional)
            {
                return $"references non-existent {(kind == ResourceKinds.Secrets ? "secret" : "config")} key: {key}";
            }
        }

        return null;
    }

    private static string? AddFields(JsonObject source, JsonObject pod, int mode, List<VolumeFile> files)
    {
        foreach (JsonObject item in source.Items("items"))
        {
            string text = string.Empty;
            if (item.Text("fieldRef", "fieldPath") is { } path)
            {
                if (DownwardField.Text(pod, path) is not { } value)
                {
                    return $"unsupported fieldPath: {path}";
                }

                text = value;
            }
            else if (item.Part("resourceFieldRef") is { } resource)
            {
                text = DownwardField.Resource(pod, [], resource);
            }

            files.Add(new VolumeFile(item.Text("path") ?? string.Empty, Encoding.UTF8.GetBytes(text), (int)(item.Number("mode") ?? mode), false));
        }

        return null;
    }

    private static Dictionary<string, (byte[] Content, bool IsText)> Data(ResourceKind kind, JsonObject json)
    {
        var data = new Dictionary<string, (byte[] Content, bool IsText)>(StringComparer.Ordinal);
        foreach ((string key, string text) in json.Map("data"))
        {
            byte[] content = kind == ResourceKinds.Secrets ? Convert.FromBase64String(text) : Encoding.UTF8.GetBytes(text);
            data[key] = (content, Array.IndexOf(content, (byte)0) < 0);
        }

        foreach ((string key, string text) in json.Map("binaryData"))
        {
            data[key] = (Convert.FromBase64String(text), false);
        }

        return data;
    }

    private static void Collect(JsonNode? json, HashSet<(string Resource, string Name)> found)
    {
        if (json is JsonArray list)
        {
            foreach (JsonNode? item in list)
            {
                Collect(item, found);
            }
        }

        foreach ((string name, JsonNode? value) in json as JsonObject ?? [])
        {
            (string Resource, string? Name) reference = name switch
            {
                "configMap" or "configMapRef" or "configMapKeyRef" => (ResourceKinds.ConfigMaps.Plural, value.Text("name")),
                "secret" or "secretRef" or "secretKeyRef" => (ResourceKinds.Secrets.Plural, value.Text("secretName") ?? value.Text("name")),
                "persistentVolumeClaim" => (ResourceKinds.Claims.Plural, value.Text("claimName")),
                _ => (string.Empty, null),
            };
            if (reference.Name is not null)
            {
                found.Add((reference.Resource, reference.Name));
            }

            Collect(value, found);
        }
    }
}
