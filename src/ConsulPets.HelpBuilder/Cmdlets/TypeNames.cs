namespace ConsulPets.HelpBuilder.Cmdlets;

/// <summary>Types as help writes them.</summary>
internal static class TypeNames
{
    /// <summary>The type that a Nullable is about: whether a value may be missing says nothing to who gives one.</summary>
    public static Type WithoutNullable(Type type) =>
        type.IsGenericType && type.GetGenericTypeDefinition().FullName == "System.Nullable`1"
            ? type.GetGenericArguments()[0]
            : type;

    /// <summary>Without namespaces: String[].</summary>
    public static string Short(Type type) => Write(type, part => part.Name);

    /// <summary>With namespaces: System.String[].</summary>
    public static string Full(Type type) => Write(type, part => part.FullName ?? part.Name);

    private static string Write(Type type, Func<Type, string> name)
    {
        if (type.IsArray)
        {
            return $"{Write(type.GetElementType()!, name)}[{new string(',', type.GetArrayRank() - 1)}]";
        }

        if (!type.IsGenericType)
        {
            return name(type);
        }

        string definition = name(type.GetGenericTypeDefinition());
        int mark = definition.IndexOf('`', StringComparison.Ordinal);
        IEnumerable<string> arguments = type.GetGenericArguments().Select(argument => Write(argument, name));
        return $"{(mark < 0 ? definition : definition[..mark])}<{string.Join(", ", arguments)}>";
    }
}
