using System.Globalization;
using System.Text.Json.Nodes;
using ConsulPets.Engine.Manifests;

namespace ConsulPets.Engine.Tests.Manifests;

public class MergePatchTests
{
    [Fact]
    public void A_patch_makes_the_one_object_of_the_other_whatever_they_are()
    {
        for (int seed = 0; seed < 2000; seed++)
        {
            var random = new Random(seed);
            JsonObject from = Any(random, 3);
            JsonObject to = Any(random, 3);
            JsonObject patched = Patched(from, MergePatch.Between(from, to));
            Assert.True(JsonNode.DeepEquals(to, patched), string.Create(CultureInfo.InvariantCulture, $"seed {seed}: {from} to {to} gave {patched}"));
            Assert.Empty(MergePatch.Between(to, to));
        }
    }

    [Theory]
    [InlineData("""{"a":1,"b":{"c":2,"d":3}}""", """{"a":1,"b":{"c":4}}""", """{"b":{"d":null,"c":4}}""")]
    [InlineData("""{"a":[1,2]}""", """{"a":[2]}""", """{"a":[2]}""")]
    [InlineData("""{"a":{"b":1}}""", """{"a":"text"}""", """{"a":"text"}""")]
    public void A_patch_says_only_what_differs(string from, string to, string patch) =>
        Assert.Equal(patch, MergePatch.Between(JsonNode.Parse(from)!.AsObject(), JsonNode.Parse(to)!.AsObject()).ToJsonString());

    // RFC 7386, section 2.
    private static JsonObject Patched(JsonObject target, JsonObject patch)
    {
        var result = (JsonObject)target.DeepClone();
        foreach ((string name, JsonNode? value) in patch)
        {
            if (value is null)
            {
                result.Remove(name);
            }
            else
            {
                result[name] = value is JsonObject part ? Patched(result[name] as JsonObject ?? [], part) : value.DeepClone();
            }
        }

        return result;
    }

    private static JsonObject Any(Random random, int depth)
    {
        var item = new JsonObject();
        foreach (string name in (string[])["a", "b", "c", "d"])
        {
            JsonNode? value = random.Next(6) switch
            {
                0 => JsonValue.Create(random.Next(3)),
                1 => JsonValue.Create("text"),
                2 => new JsonArray(random.Next(2), "x"),
                3 or 4 when depth > 0 => Any(random, depth - 1),
                _ => null,
            };
            if (value is not null)
            {
                item[name] = value;
            }
        }

        return item;
    }
}
