using System.Xml.Linq;

namespace ConsulPets.HelpBuilder.Maml;

/// <summary>The namespaces that Get-Help expects.</summary>
internal static class MamlNames
{
    /// <summary>The root element's.</summary>
    public static XNamespace Help { get; } = "http://msh";

    /// <summary>That of text.</summary>
    public static XNamespace Prose { get; } = "http://schemas.microsoft.com/maml/2004/10";

    /// <summary>That of commands.</summary>
    public static XNamespace Command { get; } = "http://schemas.microsoft.com/maml/dev/command/2004/10";

    /// <summary>That of code and types.</summary>
    public static XNamespace Dev { get; } = "http://schemas.microsoft.com/maml/dev/2004/10";
}
