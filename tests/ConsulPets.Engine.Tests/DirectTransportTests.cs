using ConsulPets.Engine.Consul;

namespace ConsulPets.Engine.Tests;

[Collection(EnvironmentVariables.Collection)]
public class DirectTransportTests
{
    private static readonly string[] Names =
    [
        "CONSUL_HTTP_ADDR", "CONSUL_HTTP_TOKEN", "CONSUL_HTTP_TOKEN_FILE", "CONSUL_HTTP_SSL", "CONSUL_HTTP_SSL_VERIFY",
        "CONSUL_CACERT", "CONSUL_CLIENT_CERT", "CONSUL_CLIENT_KEY", "CONSUL_TLS_SERVER_NAME",
    ];

    private static EnvironmentVariables Only(params (string Name, string? Value)[] set) =>
        new([.. Names.Select(name => (name, set.FirstOrDefault(pair => pair.Name == name).Value))]);

    [Theory]
    [InlineData("127.0.0.1:8500", null, "http://127.0.0.1:8500/")]
    [InlineData("127.0.0.1:8501", "true", "https://127.0.0.1:8501/")]
    [InlineData("127.0.0.1:8501", "1", "https://127.0.0.1:8501/")]
    [InlineData("127.0.0.1:8501", "false", "http://127.0.0.1:8501/")]
    [InlineData("http://consul.example:8500", "true", "http://consul.example:8500/")]
    [InlineData("https://consul.example/prefix/", null, "https://consul.example/prefix/")]
    [InlineData("[::1]:8500", null, "http://[::1]:8500/")]
    [InlineData("localhost", null, "http://localhost/")]
    public void An_address_means_what_it_means_to_the_consul_command(string text, string? ssl, string server)
    {
        using EnvironmentVariables variables = Only(("CONSUL_HTTP_SSL", ssl));
        Assert.Equal(server, ConsulAddress.Parse(text).Server.ToString());
    }

    [Theory]
    [InlineData("ftp://consul")]
    [InlineData("http://")]
    [InlineData("a b")]
    [InlineData("")]
    public void What_is_no_address_is_refused(string text)
    {
        using EnvironmentVariables variables = Only();
        Assert.Equal("AddressInvalid", Assert.Throws<ConsulPetsException>(() => ConsulAddress.Parse(text)).ErrorId);
    }

    [Fact]
    public void The_other_variables_complete_the_address()
    {
        using EnvironmentVariables variables = Only(
            ("CONSUL_CACERT", "ca"), ("CONSUL_CLIENT_CERT", "cert"), ("CONSUL_CLIENT_KEY", "key"), ("CONSUL_TLS_SERVER_NAME", "name"), ("CONSUL_HTTP_SSL_VERIFY", "false"), ("CONSUL_HTTP_ADDR", "here:1"));
        var address = ConsulAddress.Parse(ConsulAddress.FromEnvironment()!);
        Assert.Equal(("ca", "cert", "key", "name", true), (address.Tls.AuthorityFile, address.Tls.CertificateFile, address.Tls.KeyFile, address.Tls.ServerName, address.Tls.SkipVerification));
        using EnvironmentVariables none = Only();
        Assert.Null(ConsulAddress.FromEnvironment());
        Assert.False(ConsulAddress.Parse("here:1").Tls.SkipVerification);
    }

    [Fact]
    public void The_token_comes_from_the_variable_else_from_the_file()
    {
        string file = Path.GetTempFileName();
        try
        {
            File.WriteAllText(file, "of-the-file\n");
            using (Only(("CONSUL_HTTP_TOKEN", "of-the-variable"), ("CONSUL_HTTP_TOKEN_FILE", file)))
            {
                Assert.Equal("of-the-variable", ConsulAddress.TokenFromEnvironment());
            }

            using (Only(("CONSUL_HTTP_TOKEN_FILE", file)))
            {
                Assert.Equal("of-the-file", ConsulAddress.TokenFromEnvironment());
            }

            using (Only(("CONSUL_HTTP_TOKEN_FILE", file + ".none")))
            {
                Assert.Equal("TokenFileUnreadable", Assert.Throws<ConsulPetsException>(ConsulAddress.TokenFromEnvironment).ErrorId);
            }

            using (Only())
            {
                Assert.Null(ConsulAddress.TokenFromEnvironment());
            }
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Fact]
    public async Task A_plain_agent_is_asked_with_the_token_in_the_header()
    {
        await using FakeApiServer server = await FakeApiServer.StartAsync(new FakeApiServerOptions { PlainHttp = true });
        server.On("GET", "/v1/agent/members", static call =>
        {
            call.Context.Response.Headers["X-Consul-Results-Filtered-By-ACLs"] = "true";
            return call.AnswerAsync(200, "[]");
        });
        ConsulAnswer answer = await new DirectTransport(new ConsulAddress { Server = server.Address }, "secret").SendAsync(HttpMethod.Get, "v1/agent/members", Lab.Token);
        Assert.True(answer.IsFiltered);
        Assert.Equal("secret", server.Requests[^1].Headers["x-consul-token"]);
        Assert.DoesNotContain("secret", server.Requests[^1].PathAndQuery, StringComparison.Ordinal);
        await new DirectTransport(new ConsulAddress { Server = server.Address }, null).SendAsync(HttpMethod.Get, "v1/agent/members", Lab.Token);
        Assert.False(server.Requests[^1].Headers.ContainsKey("x-consul-token"));
    }

    [Fact]
    public async Task A_Unix_socket_is_an_address_too()
    {
        string folder = Directory.CreateTempSubdirectory("consulpets-socket-").FullName;
        try
        {
            string socket = Path.Combine(folder, "s");
            await using FakeApiServer server = await FakeApiServer.StartAsync(new FakeApiServerOptions { UnixSocket = socket });
            server.On("GET", "/v1/status/leader", 200, "\"10.0.0.1:8300\"");
            using EnvironmentVariables variables = Only(("CONSUL_HTTP_SSL", "true"));
            var transport = new DirectTransport(ConsulAddress.Parse($"unix://{socket}"), null);
            Assert.Equal(200, (await transport.SendAsync(HttpMethod.Get, "v1/status/leader", Lab.Token)).Status);
            Assert.Equal(socket, transport.Name);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Theory]
    [InlineData(FakeServerCertificate.Good, false, true)]
    [InlineData(FakeServerCertificate.WrongHost, false, false)]
    [InlineData(FakeServerCertificate.WrongHost, true, true)]
    public Task A_server_is_verified_by_authority_and_name(FakeServerCertificate certificate, bool skip, bool isReached) => VerifyAsync(certificate, skip, null, isReached);

    [Fact]
    public Task A_server_is_verified_by_the_name_that_the_variable_gives() => VerifyAsync(FakeServerCertificate.WrongHost, false, "elsewhere.example", true);

    private static async Task VerifyAsync(FakeServerCertificate certificate, bool skip, string? name, bool isReached)
    {
        await using FakeApiServer server = await FakeApiServer.StartAsync(new FakeApiServerOptions { Certificate = certificate });
        server.On("GET", "/v1/agent/members", 200, "[]");
        string authority = Path.Combine(server.Folder, "ca.pem");
        await File.WriteAllTextAsync(authority, server.Authority.Pem);
        var transport = new DirectTransport(new ConsulAddress { Server = server.Address, Tls = new ConsulTls { AuthorityFile = authority, SkipVerification = skip, ServerName = name } }, null);
        Task<ConsulAnswer> call() => transport.SendAsync(HttpMethod.Get, "v1/agent/members", Lab.Token);
        if (isReached)
        {
            Assert.Equal(200, (await call()).Status);
        }
        else
        {
            await Lab.FailsAsync("ConsulCertificateNotTrusted", call);
        }
    }

    [Fact]
    public async Task Certificate_files_that_are_not_there_are_named_as_the_trouble()
    {
        var transport = new DirectTransport(new ConsulAddress { Server = new Uri("https://127.0.0.1:1/"), Tls = new ConsulTls { AuthorityFile = "/nowhere/ca.pem" } }, null);
        ConsulPetsException exception = await Lab.FailsAsync("TlsFileUnreadable", () => transport.SendAsync(HttpMethod.Get, "v1/agent/members", Lab.Token));
        Assert.Contains("/nowhere/ca.pem", exception.Message, StringComparison.Ordinal);
    }
}
