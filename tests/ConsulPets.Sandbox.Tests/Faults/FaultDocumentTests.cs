using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using ConsulPets.Sandbox.Faults;
using ConsulPets.Sandbox.Store;

namespace ConsulPets.Sandbox.Tests.Faults;

public sealed partial class FaultDocumentTests : IAsyncLifetime
{
    private readonly string document = File.ReadAllText(Path.Combine(Root(), "docs", "sandbox-faults.md"));
    private FaultServer server = null!;

    public async Task InitializeAsync() => server = await FaultServer.StartAsync();

    public async Task DisposeAsync() => await server.DisposeAsync();

    [Fact]
    public void Every_route_is_shown_and_every_path_that_is_shown_is_a_route()
    {
        (string Method, string Path, string? Body)[] examples = Examples();
        Assert.All(examples, example => Assert.Contains(server.Routes.Routes, route => IsOf(route, example.Method, example.Path)));
        Assert.All(server.Routes.Routes, route => Assert.Contains(examples, example => IsOf(route, example.Method, example.Path)));
    }

    [Fact]
    public async Task Every_example_works()
    {
        server.Put(ResourceKinds.Nodes, string.Empty, "node-1");
        foreach ((string method, string path, string? body) in Examples())
        {
            (int code, JsonObject answer) = await server.SendAsync(method, path, body);
            Assert.True(code is 200 or 201, $"{method} {path}: {answer.ToJsonString()}");
        }
    }

    [Fact]
    public void Every_field_and_effect_is_in_the_tables()
    {
        const string Everything = """{"verb":"get","group":"","resource":"pods","namespace":"a","name":"b","subresource":"","path":"/","skip":1,"times":1,""";
        foreach (string effect in new[]
        {
            "\"effect\":\"status\",\"code\":429,\"reason\":\"x\",\"message\":\"y\",\"retryAfterSeconds\":1}", "\"effect\":\"delay\",\"milliseconds\":1}",
            "\"effect\":\"drop\",\"afterBytes\":1}", "\"effect\":\"endWatches\"}", "\"effect\":\"expire\"}",
        })
        {
            JsonObject shown = FaultRuleJson.Write(new OrderedFault("1", FaultRuleJson.Read(JsonNode.Parse(Everything + effect)!.AsObject()), 0, 0));
            Assert.All(shown.Select(static field => field.Key), name => Assert.Contains($"`{name}`", document, StringComparison.Ordinal));
            Assert.Contains($"| `{shown.Text("effect")}` |", document, StringComparison.Ordinal);
        }
    }

    private static bool IsOf(FaultRoute route, string method, string path) => route.Method == method && route.ValuesIn(path) is not null;

    private (string Method, string Path, string? Body)[] Examples() => [.. Example().Matches(document).Select(static match =>
        (match.Groups["method"] is { Success: true } method ? method.Value : "GET", match.Groups["path"].Value, match.Groups["body"] is { Success: true } body ? body.Value : null))];

    private static string Root()
    {
        DirectoryInfo? folder = new(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "ConsulPets.sln")))
        {
            folder = folder.Parent;
        }

        return folder!.FullName;
    }

    [GeneratedRegex("""^sandbox (?:-X (?<method>[A-Z]+) )?"\$API(?<path>/[^"]+)"(?: -d '(?<body>[^']+)')?""", RegexOptions.Multiline)]
    private static partial Regex Example();
}
