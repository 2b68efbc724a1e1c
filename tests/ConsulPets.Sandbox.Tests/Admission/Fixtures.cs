using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace ConsulPets.Sandbox.Tests.Admission;

/// <summary>What a fixture is for.</summary>
public enum FixtureKind
{
    /// <summary>An object that is taken.</summary>
    Good,

    /// <summary>An object that is refused.</summary>
    Bad,

    /// <summary>An object that is there, and what it is replaced with.</summary>
    Change,
}

/// <summary>A request to an API server, and what a real one answered.</summary>
/// <param name="Kind">What it is for.</param>
/// <param name="Name">The file's name without its ending.</param>
/// <param name="Collection">Where it is posted to; null for its own kind's collection.</param>
/// <param name="Live">For a change: the object that is there. Null otherwise.</param>
/// <param name="Sent">The object that is sent.</param>
/// <param name="Answer">What the real server answered: an object or a <c>Status</c>.</param>
public sealed record Fixture(FixtureKind Kind, string Name, string? Collection, JsonObject? Live, JsonObject Sent, JsonObject Answer)
{
    /// <summary>How it is called.</summary>
    public string Id => $"{Kind}/{Name}";

    /// <summary>Whether the real server refused it.</summary>
    public bool IsRefused => Answer["kind"]?.GetValue<string>() == "Status";
}

/// <summary>The fixtures beside this file (README.md there tells how the answers were recorded).</summary>
public static class Fixtures
{
    private static readonly (FixtureKind Kind, string Folder)[] Folders = [(FixtureKind.Good, "good"), (FixtureKind.Bad, "bad"), (FixtureKind.Change, "changes")];

    /// <summary>The namespace that they were recorded in.</summary>
    public const string Namespace = "admission-fixtures";

    /// <summary>All of them, by name.</summary>
    public static IReadOnlyList<Fixture> All { get; } = [.. Folders.SelectMany(static folder => Read(folder.Kind, Path.Combine(Root(), folder.Folder)))];

    /// <summary>One of them.</summary>
    /// <param name="id">Its <see cref="Fixture.Id"/>.</param>
    /// <returns>The fixture.</returns>
    public static Fixture Get(string id) => All.Single(fixture => fixture.Id == id);

    // The tests run below the repository.
    private static string Root()
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            string candidate = Path.Combine(folder.FullName, "tests", "ConsulPets.Sandbox.Tests", "Admission", "Fixtures");
            if (Directory.Exists(candidate))
            {
                return candidate;
            }
        }

        throw new DirectoryNotFoundException("The admission fixtures are not above the tests' folder.");
    }

    private static IEnumerable<Fixture> Read(FixtureKind kind, string folder)
    {
        foreach (string file in Directory.GetFiles(folder, "*.yaml").Order(StringComparer.Ordinal))
        {
            string text = File.ReadAllText(file);
            JsonObject[] documents = [.. Documents(text)];
            const string mark = "# posted to: ";
            string? collection = text.StartsWith(mark, StringComparison.Ordinal) ? text[mark.Length..text.IndexOf('\n', StringComparison.Ordinal)].Trim() : null;
            var answer = (JsonObject)JsonNode.Parse(File.ReadAllText(Path.ChangeExtension(file, ".json")))!;
            yield return new Fixture(kind, Path.GetFileNameWithoutExtension(file), collection, documents.Length > 1 ? documents[0] : null, documents[^1], answer);
        }
    }

    private static IEnumerable<JsonObject> Documents(string text)
    {
        var stream = new YamlStream();
        stream.Load(new StringReader(text));
        return stream.Documents.Select(static document => (JsonObject)Convert(document.RootNode)!);
    }

    private static JsonNode? Convert(YamlNode node) => node switch
    {
        YamlMappingNode map => new JsonObject(map.Children.Select(static pair => KeyValuePair.Create(((YamlScalarNode)pair.Key).Value!, Convert(pair.Value)))),
        YamlSequenceNode list => new JsonArray([.. list.Select(Convert)]),
        YamlScalarNode { Style: ScalarStyle.Plain } scalar => Plain(scalar.Value ?? string.Empty),
        YamlScalarNode scalar => scalar.Value,
        _ => throw new InvalidDataException($"A fixture has a {node.GetType().Name}."),
    };

    private static JsonNode? Plain(string text) => text switch
    {
        "" or "~" or "null" => null,
        "true" => true,
        "false" => false,
        _ when long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long whole) => whole,
        _ when double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double number) && double.IsFinite(number) => JsonNode.Parse(JsonSerializer.Serialize(number)),
        _ => text,
    };
}
