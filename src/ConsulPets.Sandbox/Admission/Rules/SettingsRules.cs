using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using ConsulPets.Sandbox.Store;

namespace ConsulPets.Sandbox.Admission;

/// <summary>Rules of config maps and secrets.</summary>
internal static class SettingsRules
{
    private const int MaximumSize = 1024 * 1024;
    private const string Rule = "field is immutable when `immutable` is set";

    /// <summary>Judges a config map.</summary>
    /// <param name="map">The config map.</param>
    /// <param name="live">What is there; null for a new one.</param>
    /// <param name="problems">Where what is wrong goes.</param>
    public static void CheckConfigMap(JsonObject map, JsonObject? live, ProblemList problems)
    {
        JsonObject texts = map.Part("data") ?? [];
        JsonObject bytes = map.Part("binaryData") ?? [];
        long size = 0;
        foreach ((string key, JsonNode? value) in texts)
        {
            problems.InvalidText($"data[{key}]", key, NameRules.Key(key));
            if (bytes.ContainsKey(key))
            {
                problems.Invalid($"data[{key}]", GoText.Quote(key), "duplicate of key present in binaryData");
            }

            size += Encoding.UTF8.GetByteCount(value.Text() ?? string.Empty);
        }

        foreach ((string key, JsonNode? value) in bytes)
        {
            problems.InvalidText($"binaryData[{key}]", key, NameRules.Key(key));
            size += Size(value);
        }

        if (size > MaximumSize)
        {
            // The real one names no field.
            problems.TooLong("[]", MaximumSize);
        }

        CheckImmutable(map, live, problems, "data", "binaryData");
    }

    /// <summary>Judges a secret.</summary>
    /// <param name="secret">The secret.</param>
    /// <param name="live">What is there; null for a new one.</param>
    /// <param name="problems">Where what is wrong goes.</param>
    public static void CheckSecret(JsonObject secret, JsonObject? live, ProblemList problems)
    {
        JsonObject data = secret.Part("data") ?? [];
        long size = 0;
        foreach ((string key, JsonNode? value) in data)
        {
            problems.InvalidText($"data[{key}]", key, NameRules.Key(key));
            size += Size(value);
        }

        if (size > MaximumSize)
        {
            problems.TooLong("data", MaximumSize);
        }

        CheckType(secret, data, problems);
        if (live is not null)
        {
            problems.Unchanged("type", secret["type"], live["type"]);
        }

        CheckImmutable(secret, live, problems, "data");
    }

    private static void CheckType(JsonObject secret, JsonObject data, ProblemList problems)
    {
        switch (secret.Text("type"))
        {
            case "kubernetes.io/service-account-token":
                if (secret.Text("metadata", "annotations", "kubernetes.io/service-account.name") is null or "")
                {
                    problems.Required("metadata.annotations[kubernetes.io/service-account.name]");
                }

                break;
            case "kubernetes.io/dockerconfigjson":
                CheckJson(data, ".dockerconfigjson", problems);
                break;
            case "kubernetes.io/dockercfg":
                CheckJson(data, ".dockercfg", problems);
                break;
            case "kubernetes.io/basic-auth":
                if (!data.ContainsKey("username") && !data.ContainsKey("password"))
                {
                    // The real one forgets to put the name in.
                    problems.Required("data[%s][username]");
                    problems.Required("data[%s][password]");
                }

                break;
            case "kubernetes.io/ssh-auth":
                RequireKey("ssh-privatekey");
                break;
            case "kubernetes.io/tls":
                RequireKey("tls.crt");
                RequireKey("tls.key");
                break;
        }

        void RequireKey(string key)
        {
            if (!data.ContainsKey(key))
            {
                problems.Required($"data[{key}]");
            }
        }
    }

    private static void CheckJson(JsonObject data, string key, ProblemList problems)
    {
        if (data[key].Text() is not { } text)
        {
            problems.Required($"data[{key}]");
            return;
        }

        try
        {
            using JsonDocument document = JsonDocument.Parse(Convert.FromBase64String(text));
        }
        catch (Exception exception) when (exception is JsonException or FormatException)
        {
            problems.Invalid($"data[{key}]", "\"<secret contents redacted>\"", "not valid JSON");
        }
    }

    private static void CheckImmutable(JsonObject json, JsonObject? live, ProblemList problems, params ReadOnlySpan<string> fields)
    {
        if (live.Truth("immutable") != true)
        {
            return;
        }

        if (json.Truth("immutable") != true)
        {
            problems.Forbidden("immutable", Rule);
        }

        foreach (string field in fields)
        {
            if (!JsonNode.DeepEquals(json[field], live?[field]))
            {
                problems.Forbidden(field, Rule);
            }
        }
    }

    private static long Size(JsonNode? base64) => (base64.Text()?.Length ?? 0) * 3L / 4;
}
