using System.Security.Cryptography.X509Certificates;
using k8s;

namespace ConsulPets.Engine.Tests;

[Collection(EnvironmentVariables.Collection)]
public sealed class KubeConfigLoaderTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("consulpets-kubeconfig-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    private string Write(string name, string text)
    {
        string path = Path.Combine(folder, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
        return path;
    }

    private static string Text(string context, string server, string? current = null, string more = "", string user = "    token: t") => $"""
        apiVersion: v1
        kind: Config
        {(current is null ? "preferences: {}" : $"current-context: {current}")}
        clusters:
        - name: {context}
          cluster:
            server: {server}
            {more}
        contexts:
        - name: {context}
          context: {"{"} cluster: {context}, user: {context} {"}"}
        users:
        - name: {context}
          user:
        {user}
        """;

    [Fact]
    public void Of_several_files_the_first_value_wins_and_missing_files_are_passed_over()
    {
        string first = Write("first", Text("a", "http://first", current: "b"));
        string second = Write("second", Text("a", "http://second", current: "a"));
        string third = Write("third", Text("b", "http://third"));
        using var variables = new EnvironmentVariables(("KUBECONFIG", string.Join(Path.PathSeparator, Path.Combine(folder, "none"), first, second, third, first)));
        var choice = new ClusterChoice(null, null);
        Assert.Equal("http://third", KubeConfigLoader.Load(choice).Configuration.Host.TrimEnd('/'));
        Assert.Equal("http://first", KubeConfigLoader.Load(choice with { Context = "a" }).Configuration.Host.TrimEnd('/'));
        Assert.Equal(["a", "b"], KubeConfigLoader.ContextNames(choice));
        Assert.Equal([Path.Combine(folder, "none"), first, second, third], KubeConfigLoader.Files(choice));
    }

    [Fact]
    public void A_file_that_is_named_wins_over_the_variable()
    {
        using var variables = new EnvironmentVariables(("KUBECONFIG", Write("variable", Text("v", "http://v", "v"))));
        Assert.Equal("n", KubeConfigLoader.Load(new ClusterChoice(Write("named", Text("n", "http://n", "n")), null)).Context);
    }

    [Fact]
    public void A_relative_path_is_relative_to_its_own_file()
    {
        using var authority = new FakeAuthority("beside-the-file");
        Write("deep/ca.pem", authority.Pem);
        string path = Write("deep/config", Text("a", "https://localhost", "a", "certificate-authority: ca.pem"));
        using var variables = new EnvironmentVariables(("KUBECONFIG", Write("other", Text("o", "http://o")) + Path.PathSeparator + path));
        Assert.Equal("CN=beside-the-file", Assert.Single(KubeConfigLoader.Load(new ClusterChoice(null, null)).Configuration.SslCaCerts).Subject);
    }

    /// <summary>Relative to its own file, before a token beside it, and read anew each time.</summary>
    [Theory]
    [InlineData("")]
    [InlineData("\n    token: beside")]
    [InlineData("\n    as: somebody")]
    public async Task A_token_file_counts_as_it_is_at_each_request(string beside)
    {
        Write("deep/token", "first\n");
        var choice = new ClusterChoice(Write("deep/config", Text("a", "http://localhost", "a", user: $"    tokenFile: token{beside}")), null);
        ClusterAccess access = KubeConfigLoader.Load(choice);
        Assert.Equal(beside.Contains("as:", StringComparison.Ordinal) ? 1 : 0, access.Impersonation.Count);
        Task<string> SentAsync() => access.Configuration.TokenProvider.GetAuthenticationHeaderAsync(CancellationToken.None).ContinueWith(static header => header.Result.ToString(), TaskScheduler.Default);
        Assert.Equal("Bearer first", await SentAsync());
        Write("deep/token", "second");
        Assert.Equal("Bearer second", await SentAsync());

        // While it is replaced the last one serves.
        Write("deep/token", string.Empty);
        Assert.Equal("Bearer second", await SentAsync());
        File.Delete(Path.Combine(folder, "deep/token"));
        Assert.Equal("Bearer second", await SentAsync());
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    public async Task A_token_file_that_holds_none_is_named(string? content)
    {
        if (content is not null)
        {
            Write("token", content);
        }

        var choice = new ClusterChoice(Write("config", Text("a", "http://localhost:1", "a", user: "    tokenFile: token")), null);
        using var connection = new KubernetesConnection(KubeConfigLoader.Load(choice), choice);
        using var request = new HttpRequestMessage(HttpMethod.Get, connection.Server);
        ConsulPetsException exception = await Lab.FailsAsync("CredentialPluginFailed", () => connection.SendAsync(request, TimeSpan.FromSeconds(5), CancellationToken.None));
        Assert.Contains(Path.Combine(folder, "token"), exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Both_authorities_of_a_bundle_are_trusted()
    {
        using var old = new FakeAuthority("old");
        using var next = new FakeAuthority("next");
        Write("ca.pem", old.Pem + "\n" + next.Pem);
        ClusterAccess access = KubeConfigLoader.Load(new ClusterChoice(Write("config", Text("a", "https://localhost", "a", "certificate-authority: ca.pem")), null));
        Assert.Equal(["CN=old", "CN=next"], access.Configuration.SslCaCerts.Cast<X509Certificate2>().Select(static certificate => certificate.Subject));
    }

    [Theory]
    [InlineData("nowhere", "has no context 'nowhere'; it has a")]
    [InlineData(null, "has no current context; it has a")]
    public void A_context_that_is_not_there_is_named_with_those_that_are(string? context, string message)
    {
        var exception = Assert.Throws<ConsulPetsException>(() => KubeConfigLoader.Load(new ClusterChoice(Write("config", Text("a", "http://a")), context)));
        Assert.Equal(("ContextNotFound", true), (exception.ErrorId, exception.EndsCommand));
        Assert.Contains(message, exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_that_is_named_and_not_there_is_said_so()
    {
        var exception = Assert.Throws<ConsulPetsException>(() => KubeConfigLoader.Load(new ClusterChoice(Path.Combine(folder, "none"), null)));
        Assert.Equal("KubeConfigNotFound", exception.ErrorId);
        Assert.Contains(Path.Combine(folder, "none"), exception.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("clusters:\n- name: [", "line ")]
    [InlineData("apiVersion: v1\nclusters: {a: b: c}\n", "line 2")]
    public void A_broken_file_is_named_with_the_line(string text, string where)
    {
        string path = Write("broken", text);
        var exception = Assert.Throws<ConsulPetsException>(() => KubeConfigLoader.Load(new ClusterChoice(path, null)));
        Assert.Equal("KubeConfigInvalid", exception.ErrorId);
        Assert.Contains(path, exception.Message, StringComparison.Ordinal);
        Assert.Contains(where, exception.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("just words")]
    [InlineData("- a list")]
    public void A_file_that_holds_something_else_cannot_be_used(string text) =>
        Assert.Equal("KubeConfigInvalid", Assert.Throws<ConsulPetsException>(() => KubeConfigLoader.Load(new ClusterChoice(Write("other", text), null))).ErrorId);

    [Fact]
    public void A_file_without_contexts_has_none() => AssertHasNoContext("current-context: a\n");

    [Theory]
    [InlineData("current-context: a\nclusters: null\nusers: null\ncontexts: null\n")]
    [InlineData("")]
    public void A_file_that_was_emptied_has_no_contexts(string text) => AssertHasNoContext(text);

    private void AssertHasNoContext(string text) =>
        Assert.Equal("ContextNotFound", Assert.Throws<ConsulPetsException>(() => KubeConfigLoader.Load(new ClusterChoice(Write("empty", text), null))).ErrorId);

    [Theory]
    [InlineData("current-context: a\ncontexts:\n- name: a\n  context: { cluster: gone, user: gone }\n")]
    [InlineData("current-context: a\ncontexts:\n- name: a\n")]
    public void A_context_whose_cluster_is_missing_cannot_be_used(string text) =>
        Assert.Equal("KubeConfigInvalid", Assert.Throws<ConsulPetsException>(() => KubeConfigLoader.Load(new ClusterChoice(Write("config", text), null))).ErrorId);

    [Theory]
    [InlineData("infra", "infra")]
    [InlineData(null, "default")]
    public async Task The_namespace_is_the_contexts_else_default(string? written, string read)
    {
        await using FakeApiServer server = await FakeApiServer.StartAsync(new FakeApiServerOptions { PlainHttp = true });
        string path = server.WriteKubeConfig(new FakeKubeConfigOptions { FileName = "second", Namespace = written });
        Assert.Equal(read, KubeConfigLoader.Load(new ClusterChoice(path, null)).Namespace);
    }

    [Fact]
    public void Impersonation_becomes_headers()
    {
        string user = "    as: jane\n    as-groups: [ops, dev]\n    token: t";
        ClusterAccess access = KubeConfigLoader.Load(new ClusterChoice(Write("config", Text("a", "http://a", "a", user: user)), null));
        Assert.Equal(["Impersonate-User: jane", "Impersonate-Group: ops", "Impersonate-Group: dev"], access.Impersonation.Select(static header => $"{header.Key}: {header.Value}"));
    }

    [Fact]
    public async Task An_exec_plugin_gets_its_arguments_as_they_were_written()
    {
        if (OperatingSystem.IsWindows())
        {
            return; // The plugin is a shell script.
        }

        string[] arguments = ["get-token", "--name", "two words", "a\"b", "back\\slash", "", "tab\there"];
        Assert.Equal(arguments, await ArgumentsOfPluginAsync(arguments));
    }

    [Fact]
    public async Task A_backslash_in_an_argument_with_a_blank_stays_one()
    {
        if (OperatingSystem.IsWindows())
        {
            return; // The plugin is a shell script.
        }

        string[] arguments = ["C:\\Program Files\\x", "ends in \\", "\\\" both"];
        Assert.Equal(arguments, await ArgumentsOfPluginAsync(arguments));
    }

    private static async Task<string[]> ArgumentsOfPluginAsync(string[] arguments)
    {
        await using FakeApiServer server = await FakeApiServer.StartAsync(new FakeApiServerOptions { Token = "from-the-plugin" });
        string path = server.WriteKubeConfig(new FakeKubeConfigOptions { FileName = "exec", Account = FakeAccount.ExecPlugin, Token = "from-the-plugin", ExecArguments = arguments });
        server.On("GET", "/api/v1/namespaces", 200, "{\"items\":[]}");
        using KubernetesConnection connection = Lab.Connect(path);
        await new KubernetesApi(connection).ListAsync(KubernetesResource.Namespaces, null, null, null, Lab.Token);
        return (await File.ReadAllTextAsync(Path.Combine(server.Folder, "exec-arguments"))).Split('\n')[..^1];
    }
}
