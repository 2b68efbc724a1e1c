using System.Text.Json;
using System.Text.Json.Nodes;
using ConsulPets.Sandbox.Api.Tables;
using ConsulPets.Sandbox.Api.Wire;
using ConsulPets.Sandbox.Store;

namespace ConsulPets.Sandbox.Api.Objects;

/// <summary>Shows stored objects in the version and form that a client wants. Where these are the stored ones, the bytes of the store go out as they are.</summary>
/// <param name="Kind">The kind.</param>
/// <param name="Version">The version that the client wants.</param>
/// <param name="Form">The form.</param>
/// <param name="IncludeObject">What of the object a table's row has: <c>None</c>, <c>Metadata</c> or <c>Object</c>.</param>
/// <param name="Clock">The time, for ages.</param>
internal sealed record ObjectView(ResourceKind Kind, string Version, AnswerForm Form, string IncludeObject, TimeProvider Clock)
{
    /// <summary>An object as it is sent.</summary>
    /// <param name="item">The object.</param>
    /// <param name="withColumns">Whether a table names its columns. In a watch only the first one does.</param>
    /// <returns>JSON.</returns>
    public ReadOnlyMemory<byte> Show(StoredObject item, bool withColumns = true)
    {
        ArgumentNullException.ThrowIfNull(item);
        return Form switch
        {
            AnswerForm.Table => Bytes(TableWriter.Table(this, [item], TableWriter.Metadata(item.Json.Text("metadata", "resourceVersion"), null, null), withColumns)),
            AnswerForm.Metadata => Bytes(PartialMetadata(item.Json)),
            _ => Version == Kind.Versions[0] ? item.Utf8 : Bytes(InVersion(item)),
        };
    }

    /// <summary>An object in the version that the client wants.</summary>
    /// <param name="item">The object.</param>
    /// <returns>A copy.</returns>
    public JsonObject InVersion(StoredObject item)
    {
        ArgumentNullException.ThrowIfNull(item);
        JsonObject json = item.Copy();
        json["apiVersion"] = Kind.ApiVersion(Version);
        return json;
    }

    /// <summary>The metadata of an object, as an object of its own.</summary>
    /// <param name="json">The object.</param>
    /// <returns>JSON.</returns>
    public static JsonObject PartialMetadata(JsonObject json) => new()
    {
        ["kind"] = "PartialObjectMetadata",
        ["apiVersion"] = "meta.k8s.io/v1",
        ["metadata"] = json["metadata"]?.DeepClone(),
    };

    private static byte[] Bytes(JsonObject json) => JsonSerializer.SerializeToUtf8Bytes(json, JsonText.Options);
}
