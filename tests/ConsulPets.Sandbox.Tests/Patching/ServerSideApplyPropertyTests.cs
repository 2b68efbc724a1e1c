using System.Text.Json.Nodes;
using ConsulPets.Sandbox.Patching;
using ConsulPets.Sandbox.Store;

namespace ConsulPets.Sandbox.Tests.Patching;

public sealed class ServerSideApplyPropertyTests
{
    [Fact]
    public void To_apply_twice_is_to_apply_once()
    {
        var random = new Random(3);
        for (int round = 0; round < 300; round++)
        {
            JsonObject? live = round % 2 == 0 ? null : Write.Apply(ResourceKinds.StatefulSets, null, "other", RandomObjects.Manifest(random).ToJsonString());
            string wanted = RandomObjects.Manifest(random).ToJsonString();

            JsonObject once = Write.Apply(ResourceKinds.StatefulSets, live, "gitops", wanted, isForced: true);
            JsonObject twice = Write.Apply(ResourceKinds.StatefulSets, once, "gitops", wanted, seconds: 60);

            Assert.True(JsonNode.DeepEquals(once, twice), $"{once.ToJsonString()}\n{twice.ToJsonString()}");
        }
    }

    [Fact]
    public void Managers_of_other_fields_may_apply_in_any_order()
    {
        var random = new Random(4);
        for (int round = 0; round < 300; round++)
        {
            string even = RandomObjects.Manifest(random, 0).ToJsonString();
            string odd = RandomObjects.Manifest(random, 1).ToJsonString();

            JsonObject one = Write.Apply(ResourceKinds.StatefulSets, Write.Apply(ResourceKinds.StatefulSets, null, "even", even), "odd", odd);
            JsonObject two = Write.Apply(ResourceKinds.StatefulSets, Write.Apply(ResourceKinds.StatefulSets, null, "odd", odd), "even", even);

            // Only the order of items tells who was first.
            Assert.True(JsonNode.DeepEquals(one.At("metadata", "managedFields"), two.At("metadata", "managedFields")));
            Assert.True(JsonNode.DeepEquals(Sorted(FieldOwnership.WithoutRecord(one)), Sorted(FieldOwnership.WithoutRecord(two))), $"{one.ToJsonString()}\n{two.ToJsonString()}");
        }
    }

    [Fact]
    public void Who_stops_applying_leaves_what_the_others_apply()
    {
        var random = new Random(5);
        for (int round = 0; round < 300; round++)
        {
            string even = RandomObjects.Manifest(random, 0).ToJsonString();
            JsonObject alone = Write.Apply(ResourceKinds.StatefulSets, null, "even", even);
            JsonObject both = Write.Apply(ResourceKinds.StatefulSets, alone, "odd", RandomObjects.Manifest(random, 1).ToJsonString());

            JsonObject left = Write.Apply(ResourceKinds.StatefulSets, both, "odd", """{"apiVersion":"apps/v1","kind":"StatefulSet","metadata":{"name":"db"}}""");

            Assert.True(JsonNode.DeepEquals(alone, left), $"{alone.ToJsonString()}\n{left.ToJsonString()}");
        }
    }

    private static JsonNode? Sorted(JsonNode? value) => value switch
    {
        JsonObject json => new JsonObject(json.OrderBy(static field => field.Key, StringComparer.Ordinal).Select(static field => KeyValuePair.Create(field.Key, Sorted(field.Value)))),
        JsonArray list => new JsonArray([.. list.Select(Sorted).OrderBy(static item => item?.ToJsonString(), StringComparer.Ordinal)]),
        _ => value?.DeepClone(),
    };
}
