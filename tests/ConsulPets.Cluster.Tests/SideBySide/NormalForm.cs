using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace ConsulPets.Cluster.Tests;

/// <summary>An object without what is new every time: names that are made up, addresses, moments, unique IDs.</summary>
internal sealed partial class NormalForm
{
    private readonly string namespaceName;

    public NormalForm(string namespaceName) => this.namespaceName = namespaceName;

    /// <summary>A text without what is new every time.</summary>
    public string Text(string text)
    {
        text = text.Replace(namespaceName, "NAMESPACE", StringComparison.Ordinal);
        text = Moment().Replace(text, "TIME");
        text = Uid().Replace(text, "UID");
        text = Address().Replace(text, "ADDRESS");
        text = Node().Replace(text, "NODE");
        text = Authority().Replace(text, "CERTIFICATE");
        text = Container().Replace(text, "containerd://ID");
        text = Token().Replace(text, "$1-token-XXXXX");
        text = Suffix().Replace(text, "$1-XXXXX");
        return Revision().Replace(text, "$1-HASH");
    }

    /// <summary>An object.</summary>
    public JsonObject Object(JsonElement item)
    {
        JsonObject json = JsonNode.Parse(Text(item.GetRawText()))!.AsObject();
        if (json["metadata"] is JsonObject metadata)
        {
            foreach (string name in (string[])["managedFields", "resourceVersion", "selfLink"])
            {
                metadata.Remove(name);
            }

            // Real list items have neither.
            json.Remove("apiVersion");
            json.Remove("kind");
        }

        Sort(json);
        return json;
    }

    /// <summary>What events tell, once each, and of which part of an object.</summary>
    public JsonObject Events(IEnumerable<JsonElement> events) => new(events
        .Select(item => JsonNode.Parse(Text(item.GetRawText()))!.AsObject())
        .Where(static item => !MeantDifferences.Events.Contains($"{item["reason"]}") && !$"{item["message"]}".Contains(MeantDifferences.MadeTwice, StringComparison.Ordinal))
        .Select(Told)
        .Distinct()
        .Select(static text => new KeyValuePair<string, JsonNode?>(text, true)));

    // Which fields an event has is part of what it tells: those of the newer form are others.
    private static string Told(JsonObject item) =>
        $"{item["involvedObject"]?["kind"]} {item["involvedObject"]?["fieldPath"]} {item["type"]} {item["reason"]}: {item["message"]} "
        + $"({item["source"]?["component"] ?? $"new form, {item["reportingComponent"]}"} {item["source"]?["host"]}; {item["firstTimestamp"]} {item["eventTime"]} {item["action"]})";

    // Conditions are known by their type, and the order of addresses and ports means nothing.
    private static void Sort(JsonNode? node)
    {
        switch (node)
        {
            case JsonObject json:
                foreach (JsonNode? value in json.Select(static pair => pair.Value).ToArray())
                {
                    Sort(value);
                }

                if (json["conditions"] is JsonArray conditions)
                {
                    json["conditions"] = new JsonObject(conditions.Select(static one => KeyValuePair.Create($"{one!["type"]}", (JsonNode?)one.DeepClone())));
                }

                foreach (string name in (string[])["addresses", "ports"])
                {
                    if (json[name] is JsonArray list)
                    {
                        JsonNode?[] items = [.. list.OrderBy(static item => item?["name"]?.ToString() ?? item?["targetRef"]?["name"]?.ToString(), StringComparer.Ordinal)];
                        json[name] = new JsonArray([.. items.Select(static item => item?.DeepClone())]);
                    }
                }

                break;
            case JsonArray list:
                foreach (JsonNode? item in list)
                {
                    Sort(item);
                }

                break;
        }
    }

    [GeneratedRegex(@"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z", RegexOptions.CultureInvariant)]
    private static partial Regex Moment();

    [GeneratedRegex(@"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", RegexOptions.CultureInvariant)]
    private static partial Regex Uid();

    [GeneratedRegex(@"(?<![\d.])\d+\.\d+\.\d+\.\d+(?![\d.])", RegexOptions.CultureInvariant)]
    private static partial Regex Address();

    [GeneratedRegex(@"\b(node|sandbox)-\d+\b", RegexOptions.CultureInvariant)]
    private static partial Regex Node();

    [GeneratedRegex(@"-----BEGIN CERTIFICATE-----[\s\S]*-----END CERTIFICATE-----", RegexOptions.CultureInvariant)]
    private static partial Regex Authority();

    [GeneratedRegex(@"containerd://[0-9a-f]{64}", RegexOptions.CultureInvariant)]
    private static partial Regex Container();

    [GeneratedRegex(@"\b(default|consul|cattle|operator)-token-[a-z0-9]{5}\b", RegexOptions.CultureInvariant)]
    private static partial Regex Token();

    // A DaemonSet's pods.
    [GeneratedRegex(@"\b(cattle)-[bcdfghjklmnpqrstvwxz2456789]{5}\b", RegexOptions.CultureInvariant)]
    private static partial Regex Suffix();

    // Controller revisions, whose hash is over a template that has newer defaults.
    [GeneratedRegex(@"\b(cattle|consul)-[0-9a-z]{6,10}\b(?!-)(?<!consul-server|consul-client|cattle-server|cattle-client)", RegexOptions.CultureInvariant)]
    private static partial Regex Revision();
}
