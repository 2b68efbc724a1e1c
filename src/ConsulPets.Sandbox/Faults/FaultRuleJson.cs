using System.Text.Json;
using System.Text.Json.Nodes;
using ConsulPets.Sandbox.Api;
using ConsulPets.Sandbox.Store;

namespace ConsulPets.Sandbox.Faults;

/// <summary>Faults as JSON: how they are ordered and how they are shown. docs/sandbox-faults.md has the fields.</summary>
internal static class FaultRuleJson
{
    private const long LongestDelay = 3_600_000;

    private static readonly string[] Common = ["verb", "group", "resource", "namespace", "name", "subresource", "path", "skip", "times", "effect"];

    private static readonly Dictionary<string, string[]> Effects = new(StringComparer.Ordinal)
    {
        ["status"] = ["code", "reason", "message", "retryAfterSeconds"],
        ["delay"] = ["milliseconds"],
        ["drop"] = ["afterBytes"],
        ["endWatches"] = [],
        ["expire"] = [],
    };

    // Those of the API, and the methods of requests that mean no object.
    private static readonly string[] Verbs = ["get", "list", "watch", "create", "update", "patch", "delete", "deletecollection", "post", "put", "head", "options"];

    /// <summary>Reads an order.</summary>
    /// <param name="json">The order.</param>
    /// <returns>The fault.</returns>
    /// <exception cref="ApiException">The order makes no sense; the message says why.</exception>
    public static FaultRule Read(JsonObject json)
    {
        ArgumentNullException.ThrowIfNull(json);
        string effect = Text(json, "effect") ?? throw Bad($"effect is missing: one of {string.Join(", ", Effects.Keys)}");
        if (!Effects.TryGetValue(effect, out string[]? own))
        {
            throw Bad($"effect \"{effect}\" is unknown: it is one of {string.Join(", ", Effects.Keys)}");
        }

        if (json.FirstOrDefault(field => !Common.Contains(field.Key) && !own.Contains(field.Key)).Key is { } strange)
        {
            throw Bad(Effects.Values.Any(names => names.Contains(strange)) ? $"{strange} does not go with effect \"{effect}\"" : $"{strange} is no field of a fault");
        }

        string? group = Text(json, "group");
        return new FaultRule
        {
            Verbs = ReadVerbs(json["verb"]),
            Group = group,
            Kind = Text(json, "resource") is { } resource ? FindKind(group, resource) : null,
            Namespace = Text(json, "namespace"),
            Name = Text(json, "name"),
            Subresource = Text(json, "subresource"),
            Path = Text(json, "path"),
            Skip = Number(json, "skip", 0, long.MaxValue) ?? 0,
            Times = Number(json, "times", 1, long.MaxValue),
            Effect = ReadEffect(json, effect),
        };
    }

    /// <summary>Shows a fault with its counts; without <c>id</c> and the counts it can be ordered again.</summary>
    /// <param name="fault">The fault.</param>
    /// <returns>JSON.</returns>
    public static JsonObject Write(OrderedFault fault)
    {
        ArgumentNullException.ThrowIfNull(fault);
        FaultRule rule = fault.Rule;
        var json = new JsonObject { ["id"] = fault.Id };
        Put(json, "verb", rule.Verbs.Count == 0 ? null : string.Join(',', rule.Verbs));
        Put(json, "group", rule.Kind?.Group ?? rule.Group);
        Put(json, "resource", rule.Kind?.Plural);
        Put(json, "namespace", rule.Namespace);
        Put(json, "name", rule.Name);
        Put(json, "subresource", rule.Subresource);
        Put(json, "path", rule.Path);
        Put(json, "skip", rule.Skip == 0 ? null : rule.Skip);
        Put(json, "times", rule.Times);
        WriteEffect(json, rule.Effect);
        json["seen"] = fault.Seen;
        json["hits"] = fault.Hits;
        Put(json, "remaining", fault.Remaining);
        return json;
    }

    /// <summary>The kind that somebody means.</summary>
    /// <param name="group">The API group; null for any.</param>
    /// <param name="resource">What kubectl takes: <c>statefulsets</c>, <c>statefulsets.apps</c>, <c>StatefulSet</c>, <c>sts</c>.</param>
    /// <returns>The kind.</returns>
    /// <exception cref="ApiException">There is no such kind.</exception>
    public static ResourceKind FindKind(string? group, string resource) => ResourceKinds.All.FirstOrDefault(kind =>
        (group is null || kind.Group == group)
        && (kind.ShortNames.Contains(resource)
            || ((string[])[kind.Plural, kind.QualifiedName, kind.Singular]).Contains(resource, StringComparer.OrdinalIgnoreCase)))
        ?? throw Bad(group is null ? $"resource \"{resource}\" is not served" : $"resource \"{resource}\" is not served in group \"{group}\"");

    /// <summary>A text field.</summary>
    /// <param name="json">The object.</param>
    /// <param name="name">The field.</param>
    /// <returns>The text; null when there is none.</returns>
    /// <exception cref="ApiException">It is something else.</exception>
    public static string? Text(JsonObject json, string name)
    {
        ArgumentNullException.ThrowIfNull(json);
        return json[name] is not { } value ? null : value.Text() ?? throw Bad($"{name} must be a text");
    }

    private static string[] ReadVerbs(JsonNode? value)
    {
        string[] verbs = value switch
        {
            null => [],
            JsonArray list when list.All(static item => item.Text() is not null) => [.. list.Select(static item => item.Text()!)],
            _ => (value.Text() ?? throw Bad("verb must be a text or a list of texts")).Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries),
        };
        return verbs.FirstOrDefault(static verb => !Verbs.Contains(verb)) is { } strange
            ? throw Bad($"verb \"{strange}\" is unknown: it is one of {string.Join(", ", Verbs)}")
            : verbs;
    }

    private static FaultEffect ReadEffect(JsonObject json, string effect) => effect switch
    {
        "status" => new FaultEffect.Refuse(
            (int)(Number(json, "code", 400, 599) ?? throw Bad("code is missing: effect \"status\" needs an HTTP status")),
            Text(json, "reason"),
            Text(json, "message"),
            (int?)Number(json, "retryAfterSeconds", 0, int.MaxValue)),
        "delay" => new FaultEffect.Delay(TimeSpan.FromMilliseconds(
            Number(json, "milliseconds", 0, LongestDelay) ?? throw Bad("milliseconds is missing: effect \"delay\" needs a time"))),
        "drop" => Number(json, "afterBytes", 0, long.MaxValue) is { } bytes ? new FaultEffect.Cut(bytes) : new FaultEffect.Drop(),
        "endWatches" => new FaultEffect.EndWatches(),
        _ => new FaultEffect.Expire(),
    };

    private static void WriteEffect(JsonObject json, FaultEffect effect)
    {
        switch (effect)
        {
            case FaultEffect.Refuse refuse:
                json["effect"] = "status";
                json["code"] = refuse.Code;
                Put(json, "reason", refuse.Reason);
                Put(json, "message", refuse.Message);
                Put(json, "retryAfterSeconds", refuse.RetryAfterSeconds);
                break;
            case FaultEffect.Delay delay:
                json["effect"] = "delay";
                json["milliseconds"] = (long)delay.Duration.TotalMilliseconds;
                break;
            case FaultEffect.Cut cut:
                json["effect"] = "drop";
                json["afterBytes"] = cut.AfterBytes;
                break;
            case FaultEffect.Drop:
                json["effect"] = "drop";
                break;
            case FaultEffect.EndWatches:
                json["effect"] = "endWatches";
                break;
            case FaultEffect.Expire:
                json["effect"] = "expire";
                break;
        }
    }

    private static void Put(JsonObject json, string name, JsonNode? value)
    {
        if (value is not null)
        {
            json[name] = value;
        }
    }

    private static long? Number(JsonObject json, string name, long least, long most) => json[name] switch
    {
        null => null,
        JsonValue value when value.GetValueKind() == JsonValueKind.Number && value.Number() is { } number && number >= least && number <= most => number,
        _ => throw Bad(most == long.MaxValue ? $"{name} must be a whole number of at least {least}" : $"{name} must be a whole number from {least} to {most}"),
    };

    private static ApiException Bad(string message) => ApiException.BadRequest(message);
}
