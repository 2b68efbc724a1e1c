using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace ConsulPets.Sandbox.Store;

/// <summary>One version of an object. It never changes: whoever wants to change it takes a copy (<see cref="Copy"/>) and writes that.</summary>
public sealed class StoredObject
{
    private byte[]? utf8;

    /// <summary>Makes it of JSON, which from then on belongs to it and must not be changed.</summary>
    /// <param name="key">The name.</param>
    /// <param name="json">The object, with its <c>resourceVersion</c> already in it.</param>
    /// <param name="revision">The store's revision that wrote it.</param>
    public StoredObject(ObjectKey key, JsonObject json, long revision)
    {
        Key = key;
        Json = json;
        Revision = revision;
    }

    /// <summary>The name.</summary>
    public ObjectKey Key { get; }

    /// <summary>The object. To be read only.</summary>
    public JsonObject Json { get; }

    /// <summary>The store's revision that wrote it; <c>metadata.resourceVersion</c> as a number.</summary>
    public long Revision { get; }

    /// <summary>The namespace; empty for cluster-wide kinds.</summary>
    public string Namespace => Key.Namespace;

    /// <summary>The name.</summary>
    public string Name => Key.Name;

    /// <summary>The unique ID.</summary>
    public string Uid => Json.Text("metadata", "uid") ?? string.Empty;

    /// <summary>Whether a deletion was asked for and waits for a grace period or a finalizer.</summary>
    public bool IsBeingDeleted => Json.Text("metadata", "deletionTimestamp") is not null;

    /// <summary>The labels.</summary>
    public JsonObject? Labels => Json.Part("metadata", "labels");

    /// <summary>The object as it is sent. Made once, since lists and watches send an object often.</summary>
    public ReadOnlyMemory<byte> Utf8 => utf8 ??= JsonSerializer.SerializeToUtf8Bytes(Json, JsonText.Options);

    /// <summary>A copy to be changed and written.</summary>
    /// <returns>The copy.</returns>
    public JsonObject Copy() => (JsonObject)Json.DeepClone();

    /// <summary>What a log shows.</summary>
    /// <returns>Resource, name and revision.</returns>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Key.Resource} {Key}@{Revision}");
}
