using System.Text.Json.Nodes;

namespace ConsulPets.Fakes;

/// <summary>The selectors that the module sends: equality of labels, and fields by their path.</summary>
internal static class FakeSelectors
{
    public static bool Fits(JsonObject item, string? labelSelector, string? fieldSelector) =>
        Pairs(labelSelector).All(pair => (string?)item["metadata"]?["labels"]?[pair.Name] == pair.Value)
        && Pairs(fieldSelector).All(pair => (string?)At(item, pair.Name) == pair.Value);

    public static bool IsOwnedBy(JsonObject item, string uid) =>
        item["metadata"]!["ownerReferences"] is JsonArray owners && owners.Any(owner => (string?)owner!["uid"] == uid);

    private static IEnumerable<(string Name, string Value)> Pairs(string? selector) =>
        (selector ?? string.Empty).Split(',', StringSplitOptions.RemoveEmptyEntries).Select(static part => part.Split('=', 2)).Select(static part => (part[0], part[1]));

    private static JsonNode? At(JsonObject item, string path) => path.Split('.').Aggregate((JsonNode?)item, static (node, part) => node?[part]);
}
