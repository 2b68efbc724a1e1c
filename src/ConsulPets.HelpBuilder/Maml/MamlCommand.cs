using System.Xml.Linq;
using ConsulPets.HelpBuilder.Cmdlets;
using ConsulPets.HelpBuilder.Pages;
using static ConsulPets.HelpBuilder.Maml.MamlNames;

namespace ConsulPets.HelpBuilder.Maml;

/// <summary>The element of a cmdlet.</summary>
internal static class MamlCommand
{
    /// <summary>Makes the element of what the assembly and the page say.</summary>
    public static XElement Create(CmdletDeclaration cmdlet, HelpPage page) => new(
        Command + "command",
        new XAttribute(XNamespace.Xmlns + "maml", Prose),
        new XAttribute(XNamespace.Xmlns + "command", Command),
        new XAttribute(XNamespace.Xmlns + "dev", Dev),
        Details(cmdlet, page),
        MamlText.Description(page.Description),
        Syntax(cmdlet, page),
        Parameters(cmdlet, page),
        new XElement(Command + "inputTypes", page.Inputs.Select(type => Type(Command + "inputType", type))),
        new XElement(Command + "returnValues", page.Outputs.Select(type => Type(Command + "returnValue", type))),
        page.Notes.Count == 0 ? null : new XElement(Prose + "alertSet", MamlText.Paragraphs(Prose + "alert", page.Notes)),
        new XElement(Command + "examples", page.Examples.Select(Example)),
        new XElement(Command + "relatedLinks", page.Links.Select(Link)));

    private static XElement Details(CmdletDeclaration cmdlet, HelpPage page) => new(
        Command + "details",
        new XElement(Command + "name", cmdlet.Name),
        MamlText.Description([page.Synopsis]),
        new XElement(Command + "verb", cmdlet.Verb),
        new XElement(Command + "noun", cmdlet.Noun));

    private static XElement Syntax(CmdletDeclaration cmdlet, HelpPage page) => new(
        Command + "syntax",
        ParameterSets.Names(cmdlet).Select(set => new XElement(
            Command + "syntaxItem",
            new XElement(Prose + "name", cmdlet.Name),
            ParameterSets.Members(cmdlet, set).Select(member =>
                MamlParameter.InSyntax(member.Parameter, member.Usage, Find(page, member.Parameter))))));

    private static XElement Parameters(CmdletDeclaration cmdlet, HelpPage page) => new(
        Command + "parameters",
        cmdlet.ShownParameters.Select(parameter =>
            MamlParameter.InList(parameter, ParameterSets.Summary(cmdlet, parameter), Find(page, parameter))));

    private static HelpParameter? Find(HelpPage page, ParameterDeclaration parameter) =>
        page.Parameters.FirstOrDefault(described => described.Name == parameter.Name);

    private static XElement Type(XName name, HelpType type) =>
        new(name, MamlText.Type(type.Name), MamlText.Description(type.Paragraphs));

    // The empty paragraph at the end keeps Get-Help from setting the next title right under the text.
    private static XElement Example(HelpExample example) => new(
        Command + "example",
        new XElement(Prose + "title", $"---------- {example.Title} ----------"),
        new XElement(Dev + "code", example.Code),
        MamlText.Paragraphs(Dev + "remarks", example.Remarks.Append(string.Empty)));

    private static XElement Link(HelpLink link) => new(
        Prose + "navigationLink",
        new XElement(Prose + "linkText", link.Text),
        new XElement(Prose + "uri", link.Address));
}
