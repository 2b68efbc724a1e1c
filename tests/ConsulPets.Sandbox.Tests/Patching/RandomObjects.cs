using System.Text.Json.Nodes;

namespace ConsulPets.Sandbox.Tests.Patching;

/// <summary>Objects of chance; the same ones for the same seed.</summary>
internal static class RandomObjects
{
    private static readonly string[] Names = ["a", "b", "c", "d"];

    public static JsonObject Any(Random random, int depth)
    {
        var json = new JsonObject();
        foreach (string name in Names.Where(_ => random.Next(3) > 0))
        {
            json[name] = random.Next(depth > 0 ? 4 : 2) switch
            {
                0 => JsonValue.Create(random.Next(3)),
                1 => JsonValue.Create(Names[random.Next(Names.Length)]),
                2 => new JsonArray(random.Next(2), Names[random.Next(Names.Length)]),
                _ => Any(random, depth - 1),
            };
        }

        return json;
    }

    /// <summary>A manifest of a StatefulSet that has an opinion on some fields only: those of a parity, when one is given.</summary>
    public static JsonObject Manifest(Random random, int? parity = null)
    {
        var container = new JsonObject { ["name"] = $"c{parity ?? random.Next(3)}", ["image"] = $"i{random.Next(3)}" };
        Maybe(random, container, "env", () => List(random, parity, static (index, value) => new JsonObject { ["name"] = $"E{index}", ["value"] = $"{value}" }));
        Maybe(random, container, "ports", () => List(random, parity, static (index, value) => new JsonObject { ["containerPort"] = 8000 + index, ["name"] = $"p{value}" }));
        Maybe(random, container, "volumeMounts", () => List(random, parity, static (index, value) => new JsonObject { ["mountPath"] = $"/m{index}", ["name"] = $"v{value}" }));
        Maybe(random, container, "command", () => new JsonArray("run", random.Next(3)));
        var pod = new JsonObject { ["containers"] = new JsonArray(container) };
        Maybe(random, pod, "volumes", () => List(random, parity, static (index, value) => new JsonObject { ["name"] = $"v{index}", ["emptyDir"] = new JsonObject { ["sizeLimit"] = $"{value}Gi" } }));
        var spec = new JsonObject { ["template"] = new JsonObject { ["spec"] = pod } };
        var metadata = new JsonObject { ["name"] = "db", ["namespace"] = "n" };
        Maybe(random, metadata, "labels", () => Map(random, parity));
        Maybe(random, metadata, "annotations", () => Map(random, parity));
        Maybe(random, metadata, "finalizers", () => List(random, parity, static (index, _) => JsonValue.Create($"f/{index}")));
        if (parity is null or 0)
        {
            Maybe(random, spec, "replicas", () => JsonValue.Create(random.Next(3)));
            Maybe(random, spec, "selector", () => new JsonObject { ["matchLabels"] = Map(random, null) });
        }

        return new JsonObject { ["apiVersion"] = "apps/v1", ["kind"] = "StatefulSet", ["metadata"] = metadata, ["spec"] = spec };
    }

    private static void Maybe(Random random, JsonObject json, string name, Func<JsonNode> make)
    {
        if (random.Next(3) > 0)
        {
            json[name] = make();
        }
    }

    private static JsonObject Map(Random random, int? parity)
    {
        var map = new JsonObject();
        foreach (int index in Indexes(random, parity))
        {
            map[$"k{index}"] = $"{random.Next(3)}";
        }

        return map;
    }

    private static JsonArray List(Random random, int? parity, Func<int, int, JsonNode> make) =>
        new([.. Indexes(random, parity).Select(index => make(index, random.Next(3)))]);

    private static int[] Indexes(Random random, int? parity)
    {
        int[] all = [.. Enumerable.Range(0, 6).Where(index => (parity is null || index % 2 == parity) && random.Next(3) > 0)];
        int[] chosen = all.Length > 0 ? all : [parity ?? 0];
        random.Shuffle(chosen);
        return chosen;
    }
}
