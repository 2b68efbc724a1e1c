namespace ConsulPets.Sandbox.Admission;

/// <summary>What a field holds.</summary>
internal enum SchemaForm
{
    /// <summary>A text.</summary>
    Text,

    /// <summary>A truth value.</summary>
    Truth,

    /// <summary>A whole number.</summary>
    Number,

    /// <summary>Bytes, written as base64.</summary>
    Bytes,

    /// <summary>A moment.</summary>
    Time,

    /// <summary>An amount of a resource.</summary>
    Quantity,

    /// <summary>A whole number or a text, such as a percentage or a port's name.</summary>
    NumberOrText,

    /// <summary>Anything.</summary>
    Any,

    /// <summary>A list.</summary>
    List,

    /// <summary>A map from texts.</summary>
    Map,

    /// <summary>An object with fields of its own.</summary>
    Object,
}

/// <summary>The type of a field.</summary>
/// <param name="Form">What it holds.</param>
/// <param name="GoName">The type's name in messages: <c>[]v1.Container</c>.</param>
/// <param name="IsPointer">Whether an empty value differs from an absent one.</param>
/// <param name="Item">What a list or map holds; null for others.</param>
/// <param name="TypeName">An object's type; null for others.</param>
internal sealed record SchemaShape(SchemaForm Form, string GoName, bool IsPointer, SchemaShape? Item = null, string? TypeName = null);

/// <summary>A field of a type.</summary>
/// <param name="Name">Its name.</param>
/// <param name="IsOmittedWhenEmpty">Whether it is left out when it is empty.</param>
/// <param name="Shape">Its type.</param>
internal sealed record SchemaField(string Name, bool IsOmittedWhenEmpty, SchemaShape Shape);

/// <summary>An object's type.</summary>
/// <param name="Name">Its Go name, without package.</param>
/// <param name="Fields">Its fields by name.</param>
internal sealed record SchemaType(string Name, IReadOnlyDictionary<string, SchemaField> Fields);
