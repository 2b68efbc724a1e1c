using System.Net;
using System.Net.Sockets;
using System.Text;
using ConsulPets.Sandbox.Tests.Hosting;

namespace ConsulPets.Sandbox.Tests.Demo;

/// <summary>The everyday commands that call somebody, against a server of this test.</summary>
[Collection(SessionCollection.Name)]
public sealed class EverydayHttpTests : IDisposable
{
    private readonly HttpListener listener = new();
    private readonly List<string> requests = [];
    private readonly Uri server;
    private readonly Task serving;

    public EverydayHttpTests()
    {
        using (var probe = new TcpListener(IPAddress.Loopback, 0))
        {
            probe.Start();
            server = new Uri($"http://127.0.0.1:{((IPEndPoint)probe.LocalEndpoint).Port}/");
        }

        listener.Prefixes.Add(server.AbsoluteUri);
        listener.Start();
        serving = ServeAsync();
    }

    public void Dispose()
    {
        listener.Close();
        serving.GetAwaiter().GetResult();
    }

    [Theory]
    [InlineData("Invoke-RestMethod {0}truth -Method Put -Body before", "True\n", "PUT /truth before")]
    [InlineData("(Invoke-RestMethod {0}object).inner.list[1]", "2\n", "GET /object ")]
    [InlineData("(Invoke-RestMethod {0}object).inner.list[1].GetType().Name", "Int64\n", "GET /object ")]
    [InlineData("Invoke-RestMethod {0}text", "plain\n", "GET /text ")]
    [InlineData("'x' | Invoke-RestMethod -Uri {0}text -Method Post", "plain\n", "POST /text x")]
    public async Task Invoke_RestMethod_gives_objects_for_JSON_and_text_for_text(string command, string output, string request)
    {
        using var program = new ProgramRun { Input = string.Format(System.Globalization.CultureInfo.InvariantCulture, command, server) };
        Assert.Equal(0, await program.RunAsync("shell"));
        Assert.Equal(output, program.Output);
        Assert.Equal([request], requests);
    }

    [Fact]
    public async Task An_answer_that_is_no_success_is_an_error_with_its_text()
    {
        using var program = new ProgramRun { Input = $"Invoke-RestMethod {server}missing" };
        Assert.Equal(1, await program.RunAsync("shell"));
        Assert.Contains("404", program.Error, StringComparison.Ordinal);
        Assert.Contains("no such key", program.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Lose_Pet_deletes_the_pod()
    {
        using var program = new ProgramRun { Input = "Lose-Pet consul-1\n[pscustomobject]@{ Name = 'cattle-x'; Namespace = 'farm' } | Lose-Pet -Force\nLose-Pet missing", Server = server };
        Assert.Equal(1, await program.RunAsync("shell"));
        Assert.Equal(
            ["DELETE /api/v1/namespaces/pets/pods/consul-1 ", "DELETE /api/v1/namespaces/farm/pods/cattle-x?gracePeriodSeconds=0 "],
            requests.Take(2));
        Assert.Contains("Lose-Pet: pods \"missing\" not found", program.Error, StringComparison.Ordinal);
    }

    private async Task ServeAsync()
    {
        while (listener.IsListening)
        {
            try
            {
                HttpListenerContext context = await listener.GetContextAsync();
                using var reader = new StreamReader(context.Request.InputStream);
                requests.Add($"{context.Request.HttpMethod} {context.Request.Url!.PathAndQuery} {await reader.ReadToEndAsync()}");
                (int status, string type, string body) = context.Request.Url.AbsolutePath.Split('/')[^1] switch
                {
                    "truth" => (200, "application/json", "true"),
                    "object" => (200, "application/json; charset=utf-8", """{"inner":{"list":[1,2]}}"""),
                    "missing" when context.Request.HttpMethod == "DELETE" => (404, "application/json", """{"kind":"Status","message":"pods \"missing\" not found"}"""),
                    "missing" => (404, "text/plain", "no such key"),
                    _ => (200, "text/plain", "plain"),
                };
                context.Response.StatusCode = status;
                context.Response.ContentType = type;
                await context.Response.OutputStream.WriteAsync(Encoding.UTF8.GetBytes(body));
                context.Response.Close();
            }
            catch (Exception exception) when (exception is HttpListenerException or ObjectDisposedException)
            {
                return;
            }
        }
    }
}
