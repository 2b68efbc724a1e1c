using System.Net;

namespace ConsulPets.Engine.Tests;

public sealed class KubernetesErrorsTests : IAsyncLifetime
{
    private static readonly KubernetesCall Call = new("patch", "statefulsets.apps", "infra", "consul");
    private FakeApiServer server = null!;
    private KubernetesConnection connection = null!;

    public async Task InitializeAsync()
    {
        server = await FakeApiServer.StartAsync(new FakeApiServerOptions { PlainHttp = true });
        connection = Lab.Connect(server.KubeConfig);
    }

    public async Task DisposeAsync()
    {
        connection.Dispose();
        await server.DisposeAsync();
    }

    [Theory]
    [InlineData(400, "KubernetesInvalid", ConsulPetsErrorKind.InvalidArgument)]
    [InlineData(401, "KubernetesUnauthorized", ConsulPetsErrorKind.AuthenticationError)]
    [InlineData(403, "KubernetesForbidden", ConsulPetsErrorKind.PermissionDenied)]
    [InlineData(404, "KubernetesNotFound", ConsulPetsErrorKind.ObjectNotFound)]
    [InlineData(409, "KubernetesConflict", ConsulPetsErrorKind.ResourceBusy)]
    [InlineData(422, "KubernetesInvalid", ConsulPetsErrorKind.InvalidArgument)]
    [InlineData(429, "KubernetesBusy", ConsulPetsErrorKind.ResourceBusy)]
    [InlineData(500, "KubernetesFailed", ConsulPetsErrorKind.ResourceUnavailable)]
    [InlineData(503, "KubernetesFailed", ConsulPetsErrorKind.ResourceUnavailable)]
    [InlineData(504, "KubernetesFailed", ConsulPetsErrorKind.ResourceUnavailable)]
    public void Every_status_has_its_error_and_shows_the_message_of_the_Status(int code, string errorId, ConsulPetsErrorKind kind)
    {
        ConsulPetsException exception = KubernetesErrors.FromStatus(connection, Call, (HttpStatusCode)code, KubernetesStatus.Make(code, "Reason", "because of this").ToJsonString());
        Assert.Equal((errorId, kind), (exception.ErrorId, exception.Kind));
        Assert.True(code == 401 || exception.Message.Contains("because of this", StringComparison.Ordinal));
        Assert.DoesNotContain("Status", exception.Message, StringComparison.Ordinal);
        Assert.NotEmpty(exception.RecommendedAction);
    }

    [Theory]
    [InlineData("upstream connect error\n", "upstream connect error")]
    [InlineData("", "the API server answered 502")]
    [InlineData("[1]", "[1]")]
    public void A_proxy_in_front_is_quoted(string body, string message) =>
        Assert.Contains(message, KubernetesErrors.FromStatus(connection, Call, HttpStatusCode.BadGateway, body).Message, StringComparison.Ordinal);

    [Fact]
    public void A_long_page_is_not_quoted() =>
        Assert.Contains("the API server answered 502", KubernetesErrors.FromStatus(connection, Call, HttpStatusCode.BadGateway, new string('x', 400)).Message, StringComparison.Ordinal);

    [Fact]
    public void A_conflict_names_the_other_manager_and_the_field()
    {
        ConsulPetsException exception = KubernetesErrors.FromStatus(connection, Call, HttpStatusCode.Conflict, KubernetesStatus.Conflict(".spec.replicas", "helm").ToJsonString());
        Assert.Equal(("FieldConflict", ConsulPetsErrorKind.ResourceExists), (exception.ErrorId, exception.Kind));
        Assert.Contains("helm", exception.Message, StringComparison.Ordinal);
        Assert.Contains(".spec.replicas", exception.Message, StringComparison.Ordinal);
        Assert.Equal("infra/consul", exception.Target);
    }

    [Theory]
    [InlineData("infra", "in namespace 'infra'")]
    [InlineData(null, "in the cluster")]
    public void A_missing_right_is_named_by_verb_resource_and_place(string? space, string where)
    {
        ConsulPetsException exception = KubernetesErrors.FromStatus(connection, new KubernetesCall("list", "statefulsets.apps", space, null), HttpStatusCode.Forbidden, "no");
        Assert.Contains($"list statefulsets.apps {where}", exception.Message, StringComparison.Ordinal);
        Assert.Equal($"Ask for the right: verb 'list' on 'statefulsets.apps' {where}", exception.RecommendedAction);
    }
}
