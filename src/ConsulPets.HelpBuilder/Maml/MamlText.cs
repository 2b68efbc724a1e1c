using System.Xml.Linq;
using static ConsulPets.HelpBuilder.Maml.MamlNames;

namespace ConsulPets.HelpBuilder.Maml;

/// <summary>The elements that hold text.</summary>
internal static class MamlText
{
    /// <summary>A description of some paragraphs.</summary>
    public static XElement Description(IEnumerable<string> paragraphs) => Paragraphs(Prose + "description", paragraphs);

    /// <summary>An element of some paragraphs. Line ends in a paragraph stay: lists and sample output need them.</summary>
    public static XElement Paragraphs(XName name, IEnumerable<string> paragraphs) =>
        new(name, paragraphs.Select(paragraph => new XElement(Prose + "para", paragraph)));

    /// <summary>A type.</summary>
    public static XElement Type(string typeName) =>
        new(Dev + "type", new XElement(Prose + "name", typeName), new XElement(Prose + "uri"));
}
