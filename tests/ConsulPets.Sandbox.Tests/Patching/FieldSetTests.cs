using System.Text.Json.Nodes;
using ConsulPets.Sandbox.Patching;
using ConsulPets.Sandbox.Store;

namespace ConsulPets.Sandbox.Tests.Patching;

public sealed class FieldSetTests
{
    [Theory]
    [InlineData("{}")]
    [InlineData("""{"f:data":{"f:x":{}},"f:metadata":{"f:finalizers":{"v:\"a.b/one\"":{}}}}""")]
    [InlineData("""{"f:spec":{"f:ports":{".":{},"k:{\"port\":80,\"protocol\":\"TCP\"}":{".":{},"f:port":{}},"k:{\"port\":8500,\"protocol\":\"TCP\"}":{"f:name":{}}}}}""")]
    public void What_is_read_is_written_again(string text) => Assert.Equal(text, FieldSet.Parse(Write.Json(text)).Print().ToJsonString(JsonText.Options));

    [Theory]
    [InlineData("""{"spec":{}}""")]
    [InlineData("""{"f:spec":1}""")]
    [InlineData("""{"x:spec":{}}""")]
    [InlineData("""{"k:name":{}}""")]
    [InlineData("""{"v:name":{}}""")]
    public void What_is_no_set_is_refused(string text) => Assert.Throws<FormatException>(() => FieldSet.Parse(Write.Json(text)));

    [Theory]
    [InlineData("""{"f:spec":{"f:ports":{"k:{\"port\":8500,\"protocol\":\"TCP\"}":{"f:targetPort":{}}}}}""", """.spec.ports[port=8500,protocol="TCP"].targetPort""")]
    [InlineData("""{"f:metadata":{"f:finalizers":{"v:\"a.b/one\"":{}}}}""", """.metadata.finalizers[="a.b/one"]""")]
    [InlineData("""{"f:metadata":{"f:annotations":{"f:a.b/c":{}}}}""", ".metadata.annotations.a.b/c")]
    public void A_path_is_shown_as_the_API_server_shows_it(string set, string expected) =>
        Assert.Equal(expected, PathElement.Show(Assert.Single(FieldSet.Parse(Write.Json(set)).Paths)));

    [Fact]
    public void Numbers_in_keys_are_ordered_by_size()
    {
        string[] steps = ["""k:{"port":8500,"protocol":"TCP"}""", """k:{"port":443,"protocol":"UDP"}""", """k:{"port":443,"protocol":"TCP"}""", "f:z", """v:"a" """, """k:{"name":"a10"}""", """k:{"name":"a9"}"""];

        Assert.Equal(
            ["f:z", """k:{"name":"a10"}""", """k:{"name":"a9"}""", """k:{"port":443,"protocol":"TCP"}""", """k:{"port":443,"protocol":"UDP"}""", """k:{"port":8500,"protocol":"TCP"}""", """v:"a" """],
            steps.Order(PathElement.Order));
    }

    [Fact]
    public void Sets_follow_the_laws_of_sets()
    {
        var random = new Random(2);
        ValueSchema schema = ListSchema.Of(ResourceKinds.StatefulSets);
        for (int round = 0; round < 300; round++)
        {
            FieldSet one = ObjectFields.Of(RandomObjects.Manifest(random), schema);
            FieldSet two = ObjectFields.Of(RandomObjects.Manifest(random), schema);

            Assert.True(one.IsSame(FieldSet.Parse(one.Print())));
            Assert.True(one.Union(two).IsSame(two.Union(one)));
            Assert.True(one.Intersection(two).IsSame(two.Intersection(one)));
            Assert.True(one.Difference(two).Union(one.Intersection(two)).IsSame(one));
            Assert.True(one.Difference(one).IsEmpty);
            Assert.True(one.Difference(two).Intersection(two).IsEmpty);
            Assert.Equal(one.Union(two).Paths.Count(), one.Paths.Count() + two.Difference(one).Paths.Count());
        }
    }

    [Fact]
    public void A_deep_difference_takes_what_is_below_too()
    {
        FieldSet set = FieldSet.OfFields("status.phase", "status.conditions", "spec.nodeName");

        Assert.Equal("""{"f:spec":{"f:nodeName":{}}}""", set.Difference(FieldSet.OfFields("status"), isDeep: true).Print().ToJsonString());
        Assert.True(set.Difference(FieldSet.OfFields("status")).IsSame(set));
    }
}
