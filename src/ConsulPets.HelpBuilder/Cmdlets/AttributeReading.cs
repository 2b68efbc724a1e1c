using System.Reflection;

namespace ConsulPets.HelpBuilder.Cmdlets;

/// <summary>Reads attributes whose types are known by name only: they come from another load context.</summary>
internal static class AttributeReading
{
    /// <summary>The attributes of one of PowerShell's types, in the order of their declaration.</summary>
    public static IEnumerable<CustomAttributeData> Attributes(this MemberInfo member, string typeName) =>
        member.GetCustomAttributesData().Where(attribute => attribute.AttributeType.FullName == $"System.Management.Automation.{typeName}");

    /// <summary>The value given to a property of the attribute, or what it is when none was given.</summary>
    public static T Named<T>(this CustomAttributeData attribute, string name, T otherwise)
    {
        foreach (CustomAttributeNamedArgument argument in attribute.NamedArguments)
        {
            if (argument.MemberName == name && argument.TypedValue.Value is T value)
            {
                return value;
            }
        }

        return otherwise;
    }

    /// <summary>The constructor's values, with those of an array (params) one by one.</summary>
    public static IEnumerable<object> ConstructorValues(this CustomAttributeData attribute) =>
        attribute.ConstructorArguments
            .SelectMany(argument => argument.Value is IEnumerable<CustomAttributeTypedArgument> many ? many : [argument])
            .Select(argument => argument.Value)
            .OfType<object>();
}
