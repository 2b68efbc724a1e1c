using System.Management.Automation;
using System.Reflection;
using System.Text.RegularExpressions;

namespace ConsulPets.Tests.Contract;

/// <summary>What every cmdlet of the module keeps, now and when one is added.</summary>
public sealed class CmdletContractTests
{
    private static readonly string[] Changing = ["New", "Remove", "Restart", "Set", "Update", "Resize", "Suspend", "Resume", "Move", "Undo"];
    private static readonly string[] Reserved = ["Confirm", "Debug", "ErrorAction", "ErrorVariable", "OutBuffer", "OutVariable", "WarningAction", "WarningVariable", "WhatIf", "UseTransaction", "Verbose", "ProgressAction"];

    public static TheoryData<string> Names => ExportedCommands.Names;

    [Fact]
    public void The_manifest_exports_exactly_the_cmdlets_of_the_assembly()
    {
        Assembly assembly = ExportedCommands.Cmdlets[0].ImplementingType.Assembly;
        string[] classes = [.. assembly.GetExportedTypes()
            .Select(static type => type.GetCustomAttribute<CmdletAttribute>())
            .OfType<CmdletAttribute>()
            .Select(static cmdlet => $"{cmdlet.VerbName}-{cmdlet.NounName}")
            .Order()];
        Assert.Equal(classes, ExportedCommands.Cmdlets.Select(static cmdlet => cmdlet.Name).Order());
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Its_verb_is_approved_its_noun_singular_and_its_class_named_after_both(string name)
    {
        CmdletInfo cmdlet = ExportedCommands.Find(name);
        Type[] groups = [typeof(VerbsCommon), typeof(VerbsLifecycle), typeof(VerbsData), typeof(VerbsDiagnostic), typeof(VerbsCommunications), typeof(VerbsSecurity), typeof(VerbsOther)];
        Assert.Contains(cmdlet.Verb, groups.SelectMany(static group => group.GetFields()).Select(static field => field.GetValue(null)));
        Assert.DoesNotMatch("[^s]s$", cmdlet.Noun);
        Assert.Equal($"{cmdlet.Verb}{cmdlet.Noun}Command", cmdlet.ImplementingType.Name);
        Assert.Equal("ConsulPets.Commands", cmdlet.ImplementingType.Namespace);
        Assert.True(cmdlet.ImplementingType.IsSealed);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void It_says_what_it_writes(string name)
    {
        Assert.NotEmpty(ExportedCommands.Find(name).OutputType);
        Assert.All(ExportedCommands.Find(name).OutputType, static output => Assert.True(output.Type == typeof(void) || output.Type == typeof(bool) || output.Type.Assembly.GetName().Name is "ConsulPets.Model"));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void It_asks_before_it_changes_something_and_only_then(string name)
    {
        CmdletAttribute attribute = ExportedCommands.Attribute(name);
        Assert.Equal(Changing.Contains(attribute.VerbName), attribute.SupportsShouldProcess);
        if (attribute.VerbName is "Remove" or "Restart")
        {
            Assert.Equal(ConfirmImpact.High, attribute.ConfirmImpact);
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Its_parameters_keep_the_rules(string name)
    {
        CmdletInfo cmdlet = ExportedCommands.Find(name);
        Assert.All(ExportedCommands.Parameters(name), static parameter =>
        {
            Assert.DoesNotContain(parameter.Name, Reserved);
            Assert.Matches("^[A-Z][A-Za-z]+$", parameter.Name);
            Assert.NotEqual(typeof(bool), parameter.ParameterType);
        });
        Assert.All(cmdlet.ParameterSets, static set =>
        {
            CommandParameterInfo[] fromPipeline = [.. set.Parameters.Where(static parameter => parameter.ValueFromPipeline)];
            Assert.True(fromPipeline.Length <= 1, $"{set.Name}: {string.Join(", ", fromPipeline.Select(static parameter => parameter.Name))}");
        });
        if (cmdlet.Parameters.TryGetValue("Namespace", out ParameterMetadata? space))
        {
            Assert.Contains("ns", space.Aliases);
        }

        if (cmdlet.Parameters.ContainsKey("Wait") || cmdlet.Verb == "Wait")
        {
            Assert.Contains("TimeoutSeconds", cmdlet.Parameters.Keys);
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Its_help_has_a_synopsis_every_parameter_and_two_examples(string name)
    {
        using var shell = new Shell();
        dynamic help = shell.Ok("Get-Help $name -Full", ("name", name)).Output.Single();
        string synopsis = ((object)help.Synopsis).ToString()!;
        Assert.True(synopsis.Length is > 20 and < 200, synopsis);
        Assert.DoesNotContain("[", synopsis, StringComparison.Ordinal);
        Assert.NotNull(help.description);

        PSObject[] described = Each((object)help.parameters.parameter);
        Assert.All(ExportedCommands.Parameters(name), parameter =>
        {
            PSObject page = Assert.Single(described, candidate => candidate.Properties["name"].Value.ToString() == parameter.Name);
            Assert.NotNull(page.Properties["description"]?.Value);
        });
        Assert.True(Each((object)help.examples.example).Length >= 2);
    }

    [Fact]
    public void No_public_type_is_made_of_the_engines_types()
    {
        // PowerShell looks at every public type before the load context is there: one that derives from the Engine would end the import.
        Assembly assembly = ExportedCommands.Cmdlets[0].ImplementingType.Assembly;
        Assert.All(assembly.GetExportedTypes(), static type =>
        {
            Assert.DoesNotContain("ConsulPets.Engine", type.BaseType?.Assembly.GetName().Name ?? string.Empty, StringComparison.Ordinal);
            Assert.DoesNotContain(type.GetInterfaces(), static one => one.Assembly.GetName().Name == "ConsulPets.Engine");
        });
    }

    [Fact]
    public void The_version_stands_in_the_manifest_alone()
    {
        string manifest = File.ReadAllText(Repository.Manifest);
        string version = Regex.Match(manifest, @"ModuleVersion\s*=\s*'([^']+)'").Groups[1].Value;
        Assert.Equal(version, ExportedCommands.Cmdlets[0].ImplementingType.Assembly.GetName().Version!.ToString(3));
        Assert.Contains($"## [{version}]", File.ReadAllText(Repository.PathOf("CHANGELOG.md")), StringComparison.Ordinal);
    }

    private static PSObject[] Each(object value) => [.. LanguagePrimitives.GetEnumerable(value)?.Cast<object>().Select(PSObject.AsPSObject) ?? [PSObject.AsPSObject(value)]];
}
