using System.Globalization;
using System.Xml.Linq;

namespace ConsulPets.HelpBuilder.Tests;

/// <summary>A temporary folder with pages, in which the builder runs.</summary>
internal sealed class HelpWorkspace : IDisposable
{
    public HelpWorkspace()
    {
        Directory.CreateDirectory(Pages);
        Write("Get-Something", GoodPages.GetSomething);
        Write("Remove-Something", GoodPages.RemoveSomething);
    }

    public static string Assembly { get; } = Path.Combine(AppContext.BaseDirectory, "FakeModule", "ConsulPets.FakeModule.dll");

    public string Root { get; } = Directory.CreateTempSubdirectory("ConsulPets.HelpBuilder.").FullName;

    public string Pages => Path.Combine(Root, "pages");

    public string Output => Path.Combine(Root, "en-US", "ConsulPets.FakeModule.dll-Help.xml");

    public string Errors { get; private set; } = string.Empty;

    public void Write(string name, string text) => File.WriteAllText(PathOf(name), text);

    public string PathOf(string name) => Path.Combine(Pages, $"{name}.md").Replace('\\', '/');

    public int Build()
    {
        using var output = new StringWriter(CultureInfo.InvariantCulture);
        using var errors = new StringWriter(CultureInfo.InvariantCulture) { NewLine = "\n" };
        string reference = Path.Combine(AppContext.BaseDirectory, "FakeModule", "Reference");
        int exitCode = HelpBuild.Run(new BuildOptions(Assembly, [reference], Pages, Output), output, errors);
        Errors = errors.ToString();
        return exitCode;
    }

    /// <summary>The command element of a cmdlet, of pages that have no problem.</summary>
    public XElement BuildCommand(string name)
    {
        int exitCode = Build();
        Assert.True(exitCode == HelpBuild.Done, Errors);
        return XDocument.Load(Output).Root!.Elements().Single(command => command.Find("details").Find("name").Value == name);
    }

    public void Dispose()
    {
        try
        {
            Directory.Delete(Root, recursive: true);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // Windows keeps an assembly that the engine loaded until the process ends.
        }
    }
}
