using System.Text.Json.Nodes;
using ConsulPets.Sandbox.Patching;

namespace ConsulPets.Sandbox.Tests.Patching;

public sealed class MergePatchTests
{
    // The examples of RFC 7386, appendix A, whose patch is an object.
    [Theory]
    [InlineData("""{"a":"b"}""", """{"a":"c"}""", """{"a":"c"}""")]
    [InlineData("""{"a":"b"}""", """{"b":"c"}""", """{"a":"b","b":"c"}""")]
    [InlineData("""{"a":"b"}""", """{"a":null}""", "{}")]
    [InlineData("""{"a":"b","b":"c"}""", """{"a":null}""", """{"b":"c"}""")]
    [InlineData("""{"a":["b"]}""", """{"a":"c"}""", """{"a":"c"}""")]
    [InlineData("""{"a":"c"}""", """{"a":["b"]}""", """{"a":["b"]}""")]
    [InlineData("""{"a":{"b":"c"}}""", """{"a":{"b":"d","c":null}}""", """{"a":{"b":"d"}}""")]
    [InlineData("""{"a":[{"b":"c"}]}""", """{"a":[1]}""", """{"a":[1]}""")]
    [InlineData("""{"e":null}""", """{"a":1}""", """{"e":null,"a":1}""")]
    [InlineData("{}", """{"a":{"bb":{"ccc":null}}}""", """{"a":{"bb":{}}}""")]
    [InlineData("""{"a":"text"}""", """{"a":{"b":null,"c":1}}""", """{"a":{"c":1}}""")]
    public void Objects_are_merged_and_null_removes(string target, string patch, string expected)
    {
        JsonObject before = Write.Json(target);

        Write.AssertSame(expected, MergePatch.Apply(before, Write.Json(patch)));

        Write.AssertSame(target, before);
    }

    [Fact]
    public void The_difference_of_two_objects_makes_the_one_from_the_other()
    {
        var random = new Random(1);
        for (int round = 0; round < 500; round++)
        {
            JsonObject from = RandomObjects.Any(random, 3);
            JsonObject to = RandomObjects.Any(random, 3);

            Write.AssertSame(to.ToJsonString(), MergePatch.Apply(from, Difference(from, to)));
        }
    }

    private static JsonObject Difference(JsonObject from, JsonObject to)
    {
        var patch = new JsonObject();
        foreach ((string name, JsonNode? value) in to)
        {
            if (!JsonNode.DeepEquals(value, from[name]))
            {
                patch[name] = value is JsonObject right && from[name] is JsonObject left ? Difference(left, right) : value?.DeepClone();
            }
        }

        foreach (string name in from.Select(static field => field.Key).Where(name => !to.ContainsKey(name)))
        {
            patch[name] = null;
        }

        return patch;
    }
}
