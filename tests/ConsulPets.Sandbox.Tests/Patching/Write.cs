using System.Text.Json.Nodes;
using ConsulPets.Sandbox.Patching;
using ConsulPets.Sandbox.Store;

namespace ConsulPets.Sandbox.Tests.Patching;

/// <summary>Writes and objects for these tests.</summary>
internal static class Write
{
    public static readonly DateTimeOffset Start = new(2026, 1, 1, 12, 0, 0, TimeSpan.Zero);

    public static JsonObject Json(string text) => JsonNode.Parse(text)!.AsObject();

    public static FieldWrite By(string manager, int seconds = 0, string version = "v1", string? subresource = null) => new(manager, version, subresource, Start.AddSeconds(seconds));

    /// <summary>Applies, and gives the object as the store would keep it.</summary>
    public static JsonObject Apply(ResourceKind kind, JsonObject? live, string manager, string wanted, bool isForced = false, int seconds = 0) =>
        ServerSideApply.Apply(kind, live, Json(wanted), By(manager, seconds, kind.ApiVersion()), isForced);

    /// <summary>Writes as a PUT or a patch does.</summary>
    public static JsonObject Update(ResourceKind kind, JsonObject? live, string manager, Action<JsonObject> change, int seconds = 0, string? subresource = null)
    {
        JsonObject after = live is null ? [] : (JsonObject)live.DeepClone();
        change(after);
        ManagedFields.RecordUpdate(kind, live, after, By(manager, seconds, kind.ApiVersion(), subresource));
        return after;
    }

    /// <summary>The fields of a manager as JSON text; null when it has no entry.</summary>
    public static string? FieldsOf(JsonObject json, string manager) => Entry(json, manager)?["fieldsV1"]?.ToJsonString(JsonText.Options);

    public static JsonObject? Entry(JsonObject json, string manager) => json.Items("metadata", "managedFields").SingleOrDefault(entry => entry.Text("manager") == manager);

    public static void AssertSame(string expected, JsonNode? actual) =>
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(expected), actual), $"expected {expected}\n but was {actual?.ToJsonString(JsonText.Options) ?? "null"}");
}
