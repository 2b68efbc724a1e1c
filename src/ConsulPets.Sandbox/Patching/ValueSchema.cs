using System.Text.Json.Nodes;

namespace ConsulPets.Sandbox.Patching;

/// <summary>How the parts of a value are owned and merged.</summary>
internal enum ValueShape
{
    /// <summary>Nothing is known: objects are granular, lists are atomic.</summary>
    Plain,

    /// <summary>An object or list that is one value, whatever is in it (<c>x-kubernetes-map-type: atomic</c>).</summary>
    Atomic,

    /// <summary>A list whose items are known by some of their fields (<c>x-kubernetes-list-type: map</c>).</summary>
    KeyedList,

    /// <summary>A list of values each of which is there or not (<c>x-kubernetes-list-type: set</c>).</summary>
    Set,
}

/// <summary>What is known of one value's type: of an object its fields, of a list its items. Made once for every type; never changed.</summary>
/// <param name="Shape">How its parts are owned.</param>
internal sealed record ValueSchema(ValueShape Shape)
{
    /// <summary>What is known of a value that no table names.</summary>
    public static readonly ValueSchema Unknown = new(ValueShape.Plain);

    /// <summary>The fields of which something is known; all others are <see cref="Unknown"/>.</summary>
    public IReadOnlyDictionary<string, ValueSchema> Fields { get; init; } = new Dictionary<string, ValueSchema>();

    /// <summary>The items of a list.</summary>
    public ValueSchema Items { get; init; } = null!;

    /// <summary>The fields that tell a keyed list's items apart, in the order of the alphabet, as field sets write them.</summary>
    public IReadOnlyList<string> Keys { get; init; } = [];

    /// <summary>The field by which a strategic merge patch tells the items apart, which is not always the same; null when such a patch replaces the list,
    /// or when the items are no objects.</summary>
    public string? PatchKey { get; init; }

    /// <summary>Whether a strategic merge patch merges the list, rather than replacing it.</summary>
    public bool IsPatchMerged { get; init; }

    /// <summary>
    /// The value's default, as JSON text, where a missing value counts as that: the protocol of a port, which is part of its key;
    /// fields that the API server always writes, with <c>{}</c>, <c>""</c>, <c>0</c> or <c>null</c> when nobody set them. Null for none.
    /// </summary>
    /// <remarks>The API server compares objects after writing them out, so that nobody comes to own the <c>spec</c> of an object by setting a field in it
    /// (in k8s.io/client-go, applyconfigurations/internal, these are the fields with a default).</remarks>
    public string? Default
    {
        get;
        init
        {
            field = value;
            DefaultValue = value switch
            {
                null => null,
                "null" => new JsonArray(),
                "{}" => new JsonObject(),
                _ => JsonNode.Parse(value),
            };
        }
    }

    /// <summary>The default as a value, to be read only; an empty list where the API server writes null. Null for none.</summary>
    public JsonNode? DefaultValue { get; private init; }

    /// <summary>What is known of a field.</summary>
    /// <param name="name">Its name.</param>
    /// <returns>Its schema.</returns>
    public ValueSchema Field(string name) => Fields.TryGetValue(name, out ValueSchema? field) ? field : Unknown;

    /// <summary>What is known of the items.</summary>
    public ValueSchema Item => Items ?? Unknown;
}
