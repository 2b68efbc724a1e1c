using ConsulPets.Sandbox.Store;

namespace ConsulPets.Sandbox.Admission;

/// <summary>The types of <see cref="SchemaText"/>.</summary>
internal static class ObjectSchema
{
    private static readonly Dictionary<string, SchemaType> Types = Read();

    /// <summary>A kind's type.</summary>
    /// <param name="kind">The kind.</param>
    /// <returns>The type.</returns>
    public static SchemaType Of(ResourceKind kind) => Types[kind.Kind];

    /// <summary>A type.</summary>
    /// <param name="shape">A shape that is an object.</param>
    /// <returns>The type.</returns>
    public static SchemaType Of(SchemaShape shape) => Types[shape.TypeName!];

    private static Dictionary<string, SchemaType> Read()
    {
        var texts = new HashSet<string>(StringComparer.Ordinal);
        var paragraphs = new List<(string Name, string[] Words)>();
        foreach (string line in SchemaText.Parts.SelectMany(static part => part.Split('\n')))
        {
            string[] words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
            if (line.StartsWith(' '))
            {
                paragraphs[^1] = (paragraphs[^1].Name, [.. paragraphs[^1].Words, .. words]);
            }
            else if (words.Length > 0)
            {
                paragraphs.Add((words[0].TrimEnd(':'), words[1..]));
            }
        }

        texts.UnionWith(paragraphs.Single(static paragraph => paragraph.Name == "texts").Words);
        return paragraphs.Where(static paragraph => paragraph.Name != "texts").ToDictionary(
            static paragraph => paragraph.Name,
            paragraph => new SchemaType(paragraph.Name, paragraph.Words.Select(word => Field(word, texts)).ToDictionary(static field => field.Name, StringComparer.Ordinal)),
            StringComparer.Ordinal);
    }

    private static SchemaField Field(string word, HashSet<string> texts)
    {
        int mark = word.IndexOfAny(['?', '!']);
        return new SchemaField(word[..mark], word[mark] == '?', Shape(word[(mark + 1)..], texts));
    }

    private static SchemaShape Shape(string name, HashSet<string> texts)
    {
        if (name.StartsWith('*'))
        {
            return Shape(name[1..], texts) with { IsPointer = true };
        }

        if (name == "[]byte")
        {
            return new SchemaShape(SchemaForm.Bytes, "[]uint8", false);
        }

        if (name.StartsWith("[]", StringComparison.Ordinal))
        {
            SchemaShape item = Shape(name[2..], texts);
            return new SchemaShape(SchemaForm.List, "[]" + item.GoName, false, item);
        }

        if (name == "ResourceList")
        {
            return new SchemaShape(SchemaForm.Map, "v1.ResourceList", false, Shape("resource.Quantity", texts));
        }

        if (name.StartsWith("map[", StringComparison.Ordinal))
        {
            int end = name.IndexOf(']', StringComparison.Ordinal);
            SchemaShape item = Shape(name[(end + 1)..], texts);
            return new SchemaShape(SchemaForm.Map, "map[string]" + item.GoName, false, item);
        }

        return name switch
        {
            "string" => new SchemaShape(SchemaForm.Text, name, false),
            "types.UID" => new SchemaShape(SchemaForm.Text, name, false),
            "bool" => new SchemaShape(SchemaForm.Truth, name, false),
            "int32" or "int64" => new SchemaShape(SchemaForm.Number, name, false),
            "Time" or "MicroTime" => new SchemaShape(SchemaForm.Time, "v1." + name, false),
            "resource.Quantity" => new SchemaShape(SchemaForm.Quantity, name, false),
            "intstr.IntOrString" => new SchemaShape(SchemaForm.NumberOrText, name, false),
            "runtime.RawExtension" or "FieldsV1" => new SchemaShape(SchemaForm.Any, name, true),
            _ when texts.Contains(name) => new SchemaShape(SchemaForm.Text, "v1." + name, false),
            _ => new SchemaShape(SchemaForm.Object, "v1." + name, false, TypeName: name),
        };
    }
}
