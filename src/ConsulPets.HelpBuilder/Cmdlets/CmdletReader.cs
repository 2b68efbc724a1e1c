using System.Reflection;

namespace ConsulPets.HelpBuilder.Cmdlets;

/// <summary>Reads one class.</summary>
internal static class CmdletReader
{
    /// <summary>The cmdlet of a class; null for a class that is none.</summary>
    public static CmdletDeclaration? Read(Type type)
    {
        CustomAttributeData? cmdlet = type.IsAbstract ? null : type.Attributes("CmdletAttribute").FirstOrDefault();
        if (cmdlet is null)
        {
            return null;
        }

        IEnumerable<ParameterDeclaration> standard =
            cmdlet.Named("SupportsShouldProcess", false) ? StandardParameters.ShouldProcess : [];
        return new CmdletDeclaration(
            (string)cmdlet.ConstructorArguments[0].Value!,
            (string)cmdlet.ConstructorArguments[1].Value!,
            cmdlet.Named<string?>("DefaultParameterSetName", null),
            [
                .. Properties(type)
                    .Select(ParameterReader.Read)
                    .OfType<ParameterDeclaration>()
                    .Concat(standard)
                    .OrderBy(parameter => parameter.Name, StringComparer.OrdinalIgnoreCase),
            ],
            [.. type.Attributes("OutputTypeAttribute").SelectMany(OutputTypes).Distinct(StringComparer.Ordinal)]);
    }

    // From the class down to its bases, so that a property that hides one of a base class is the one that counts.
    private static Dictionary<string, PropertyInfo>.ValueCollection Properties(Type type)
    {
        var properties = new Dictionary<string, PropertyInfo>(StringComparer.OrdinalIgnoreCase);
        for (Type? level = type; level is not null; level = level.BaseType)
        {
            foreach (PropertyInfo property in level.GetProperties(
                BindingFlags.Public | BindingFlags.Instance | BindingFlags.DeclaredOnly))
            {
                properties.TryAdd(property.Name, property);
            }
        }

        return properties.Values;
    }

    private static IEnumerable<string> OutputTypes(CustomAttributeData attribute) =>
        attribute.ConstructorValues().Select(value => value as string ?? TypeNames.Full((Type)value));
}
