using System.Xml.Linq;

namespace ConsulPets.HelpBuilder.Tests;

/// <summary>Finds elements by their local name, as Get-Help does; one test is about the namespaces.</summary>
internal static class XmlFinding
{
    public static IEnumerable<XElement> All(this XElement element, string name) =>
        element.Elements().Where(child => child.Name.LocalName == name);

    public static XElement Find(this XElement element, string name) => element.All(name).First();

    public static string[] Paragraphs(this XElement element) => [.. element.All("para").Select(paragraph => paragraph.Value)];

    public static string AttributeText(this XElement element, string name) => element.Attribute(name)!.Value;
}
