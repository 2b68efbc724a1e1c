using System.Text;
using System.Xml;
using System.Xml.Linq;
using ConsulPets.HelpBuilder.Cmdlets;
using ConsulPets.HelpBuilder.Pages;
using static ConsulPets.HelpBuilder.Maml.MamlNames;

namespace ConsulPets.HelpBuilder.Maml;

/// <summary>The whole file.</summary>
internal static class MamlDocument
{
    /// <summary>Makes the document of every cmdlet with its page.</summary>
    public static XDocument Create(IEnumerable<(CmdletDeclaration Cmdlet, HelpPage Page)> pairs) => new(
        new XElement(
            Help + "helpItems",
            new XAttribute("schema", "maml"),
            pairs.Select(pair => MamlCommand.Create(pair.Cmdlet, pair.Page))));

    /// <summary>The same bytes on every system: UTF-8 without a mark, lines that end with LF.</summary>
    public static byte[] ToBytes(XDocument document)
    {
        using var stream = new MemoryStream();
        var settings = new XmlWriterSettings
        {
            Encoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false),
            Indent = true,
            NewLineChars = "\n",
            NewLineHandling = NewLineHandling.Replace,
        };
        using (var writer = XmlWriter.Create(stream, settings))
        {
            document.Save(writer);
        }

        stream.WriteByte((byte)'\n');
        return stream.ToArray();
    }
}
