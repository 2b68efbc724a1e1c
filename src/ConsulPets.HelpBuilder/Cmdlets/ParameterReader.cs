using System.Reflection;

namespace ConsulPets.HelpBuilder.Cmdlets;

/// <summary>Reads one property of a cmdlet class.</summary>
internal static class ParameterReader
{
    /// <summary>The parameter of a property; null for a property that is none.</summary>
    public static ParameterDeclaration? Read(PropertyInfo property)
    {
        CustomAttributeData[] attributes = [.. property.Attributes("ParameterAttribute")];
        if (attributes.Length == 0)
        {
            return null;
        }

        Type type = TypeNames.WithoutNullable(property.PropertyType);
        return new ParameterDeclaration
        {
            Name = property.Name,
            TypeName = TypeNames.Short(type),
            IsSwitch = type.FullName == ParameterDeclaration.SwitchType,
            IsArray = type.IsArray,
            Values = Values(property, type),
            Aliases = [.. property.Attributes("AliasAttribute").SelectMany(alias => alias.ConstructorValues()).OfType<string>()],
            SupportsWildcards = property.Attributes("SupportsWildcardsAttribute").Any(),
            IsHidden = property.Attributes("HiddenAttribute").Any()
                || attributes.All(attribute => attribute.Named("DontShow", false)),
            Usages = [.. attributes.Select(Usage)],
        };
    }

    private static ParameterUsage Usage(CustomAttributeData attribute)
    {
        int position = attribute.Named("Position", int.MinValue);
        return new ParameterUsage
        {
            SetName = attribute.Named("ParameterSetName", ParameterUsage.AllSets),
            IsMandatory = attribute.Named("Mandatory", false),
            Position = position < 0 ? null : position,
            FromPipeline = attribute.Named("ValueFromPipeline", false),
            FromPipelineByPropertyName = attribute.Named("ValueFromPipelineByPropertyName", false),
            FromRemainingArguments = attribute.Named("ValueFromRemainingArguments", false),
        };
    }

    // [ValidateSet] narrows an enumeration, so it goes first.
    private static string[] Values(PropertyInfo property, Type type)
    {
        string[] allowed =
            [.. property.Attributes("ValidateSetAttribute").SelectMany(set => set.ConstructorValues()).OfType<string>()];
        Type element = TypeNames.WithoutNullable(type.IsArray ? type.GetElementType()! : type);
        return allowed.Length > 0 || !element.IsEnum
            ? allowed
            : [.. element.GetFields(BindingFlags.Public | BindingFlags.Static).Select(field => field.Name)];
    }
}
