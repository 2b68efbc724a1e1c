using System.Globalization;
using System.Xml.Linq;
using ConsulPets.HelpBuilder.Cmdlets;
using ConsulPets.HelpBuilder.Pages;
using static ConsulPets.HelpBuilder.Maml.MamlNames;

namespace ConsulPets.HelpBuilder.Maml;

/// <summary>The element of a parameter.</summary>
internal static class MamlParameter
{
    /// <summary>A parameter in a line of syntax, where a switch has no value.</summary>
    public static XElement InSyntax(ParameterDeclaration parameter, ParameterUsage usage, HelpParameter? text) =>
        Create(parameter, usage, text, parameter.IsSwitch ? null : Value(parameter));

    /// <summary>A parameter in the list of them, where a switch shows that its value may be left out.</summary>
    public static XElement InList(ParameterDeclaration parameter, ParameterUsage usage, HelpParameter? text) =>
        Create(parameter, usage, text, Value(parameter));

    private static XElement Create(ParameterDeclaration parameter, ParameterUsage usage, HelpParameter? text, XElement? value) => new(
        Command + "parameter",
        new XAttribute("required", Flag(usage.IsMandatory)),
        new XAttribute("variableLength", Flag(parameter.IsArray || usage.FromRemainingArguments)),
        new XAttribute("globbing", Flag(parameter.SupportsWildcards)),
        new XAttribute("pipelineInput", PipelineInput(usage)),
        new XAttribute("position", usage.Position?.ToString(CultureInfo.InvariantCulture) ?? "named"),
        new XAttribute("aliases", parameter.Aliases.Count > 0 ? string.Join(", ", parameter.Aliases) : "none"),
        new XElement(Prose + "name", parameter.Name),
        MamlText.Description(text?.Paragraphs ?? [parameter.StandardText ?? string.Empty]),
        ValueGroup(parameter),
        value,
        MamlText.Type(parameter.TypeName),
        new XElement(Dev + "defaultValue", text?.Default ?? (parameter.IsSwitch ? "False" : "None")));

    private static XElement Value(ParameterDeclaration parameter) => new(
        Command + "parameterValue",
        new XAttribute("required", Flag(!parameter.IsSwitch)),
        new XAttribute("variableLength", Flag(parameter.IsArray)),
        parameter.TypeName);

    private static XElement? ValueGroup(ParameterDeclaration parameter) => parameter.Values.Count == 0
        ? null
        : new XElement(
            Command + "parameterValueGroup",
            parameter.Values.Select(value => new XElement(
                Command + "parameterValue",
                new XAttribute("required", "false"),
                new XAttribute("variableLength", "false"),
                value)));

    private static string PipelineInput(ParameterUsage usage)
    {
        var ways = new List<string>();
        if (usage.FromPipeline)
        {
            ways.Add("ByValue");
        }

        if (usage.FromPipelineByPropertyName)
        {
            ways.Add("ByPropertyName");
        }

        if (usage.FromRemainingArguments)
        {
            ways.Add("FromRemainingArguments");
        }

        return ways.Count > 0 ? $"true ({string.Join(", ", ways)})" : "false";
    }

    private static string Flag(bool value) => value ? "true" : "false";
}
