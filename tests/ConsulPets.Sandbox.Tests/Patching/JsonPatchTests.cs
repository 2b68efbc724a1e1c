using System.Text.Json.Nodes;
using ConsulPets.Sandbox.Api;
using ConsulPets.Sandbox.Patching;

namespace ConsulPets.Sandbox.Tests.Patching;

public sealed class JsonPatchTests
{
    [Theory]
    [InlineData("""{"a":1}""", """[{"op":"add","path":"/b","value":{"c":2}}]""", """{"a":1,"b":{"c":2}}""")]
    [InlineData("""{"a":1}""", """[{"op":"add","path":"/a","value":null}]""", """{"a":null}""")]
    [InlineData("""{"a":[1,3]}""", """[{"op":"add","path":"/a/1","value":2}]""", """{"a":[1,2,3]}""")]
    [InlineData("""{"a":[1,3]}""", """[{"op":"add","path":"/a/2","value":4}]""", """{"a":[1,3,4]}""")]
    [InlineData("""{"a":[1]}""", """[{"op":"add","path":"/a/-","value":[2]}]""", """{"a":[1,[2]]}""")]
    [InlineData("""{"a":[1,2,3]}""", """[{"op":"remove","path":"/a/0"},{"op":"replace","path":"/a/1","value":"x"}]""", """{"a":[2,"x"]}""")]
    [InlineData("""{"a":1,"b":2}""", """[{"op":"remove","path":"/a"}]""", """{"b":2}""")]
    [InlineData("""{"a":{"b":1},"c":{}}""", """[{"op":"move","from":"/a/b","path":"/c/d"}]""", """{"a":{},"c":{"d":1}}""")]
    [InlineData("""{"a":[1,2,3]}""", """[{"op":"move","from":"/a/2","path":"/a/0"}]""", """{"a":[3,1,2]}""")]
    [InlineData("""{"a":{"b":[1]}}""", """[{"op":"copy","from":"/a","path":"/c"},{"op":"add","path":"/c/b/-","value":2}]""", """{"a":{"b":[1]},"c":{"b":[1,2]}}""")]
    [InlineData("""{"app.kubernetes.io/name":"x"}""", """[{"op":"replace","path":"/app.kubernetes.io~1name","value":"y"}]""", """{"app.kubernetes.io/name":"y"}""")]
    [InlineData("""{"a~b":1}""", """[{"op":"test","path":"/a~0b","value":1},{"op":"remove","path":"/a~0b"}]""", "{}")]
    [InlineData("""{"~1":1}""", """[{"op":"remove","path":"/~01"}]""", "{}")]
    [InlineData("""{"":1}""", """[{"op":"replace","path":"/","value":2}]""", """{"":2}""")]
    [InlineData("""{"a":1}""", """[{"op":"replace","path":"","value":{"b":2}}]""", """{"b":2}""")]
    [InlineData("""{"a":[{"b":1}]}""", """[{"op":"test","path":"/a/0/b","value":1},{"op":"test","path":"/a","value":[{"b":1}]}]""", """{"a":[{"b":1}]}""")]
    [InlineData("""{"a":1}""", """[{"op":"test","path":"/b","value":null}]""", """{"a":1}""")]
    [InlineData("""{"a":1}""", "[]", """{"a":1}""")]
    public void Operations_are_carried_out_one_after_another(string target, string patch, string expected)
    {
        JsonObject before = Write.Json(target);

        JsonObject after = JsonPatch.Apply(before, JsonNode.Parse(patch)!.AsArray());

        Write.AssertSame(expected, after);
        Write.AssertSame(target, before);
    }

    // What kubectl patch --type=json got of Kubernetes 1.20.2: the same sentence for all of them.
    [Theory]
    [InlineData("""[{"op":"remove","path":"/spec/nothing"}]""")]
    [InlineData("""[{"op":"replace","path":"/spec/nothing","value":1}]""")]
    [InlineData("""[{"op":"test","path":"/metadata/name","value":"x"}]""")]
    [InlineData("""[{"op":"test","path":"/metadata/none","value":"x"}]""")]
    [InlineData("""[{"op":"add","path":"/spec/a/b","value":"x"}]""")]
    [InlineData("""[{"op":"add","path":"/spec/ports/7","value":{}}]""")]
    [InlineData("""[{"op":"remove","path":"/spec/ports/7"}]""")]
    [InlineData("""[{"op":"remove","path":"/spec/ports/x"}]""")]
    [InlineData("""[{"op":"remove","path":"/spec/ports/-"}]""")]
    [InlineData("""[{"op":"remove","path":"/spec/ports/00"}]""")]
    [InlineData("""[{"op":"replace","path":"/spec/ports/-1","value":1}]""")]
    [InlineData("""[{"op":"move","from":"/spec/none","path":"/spec/x"}]""")]
    [InlineData("""[{"op":"move","from":"/spec","path":"/spec/x"}]""")]
    [InlineData("""[{"op":"bogus","path":"/metadata","value":"x"}]""")]
    [InlineData("""[{"op":"add","path":"metadata","value":"x"}]""")]
    [InlineData("""[{"op":"add","path":"/metadata/x"}]""")]
    [InlineData("""[{"path":"/metadata","value":"x"}]""")]
    [InlineData("""[{"op":"add"}]""")]
    [InlineData("""[{"op":"remove","path":""}]""")]
    [InlineData("""[{"op":"add","path":"/metadata/name/x/y","value":1}]""")]
    public void What_cannot_be_carried_out_is_refused_as_invalid(string patch)
    {
        JsonObject target = Write.Json("""{"metadata":{"name":"web"},"spec":{"ports":[{"port":80}]}}""");

        ApiException refusal = Assert.Throws<ApiException>(() => JsonPatch.Apply(target, JsonNode.Parse(patch)!.AsArray()));

        Write.AssertSame(
            """{"kind":"Status","apiVersion":"v1","metadata":{},"status":"Failure","message":"the server rejected our request due to an error in our request","reason":"Invalid","details":{},"code":422}""",
            refusal.ToStatus());
    }

    [Fact]
    public void What_is_no_operation_is_a_bad_request() =>
        Assert.Equal(400, Assert.Throws<ApiException>(() => JsonPatch.Apply([], ["x"])).Code);
}
