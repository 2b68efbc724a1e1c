using System.Text;
using System.Text.Json.Nodes;
using ConsulPets.Engine.Security;
using ConsulPets.Engine.Sessions;

namespace ConsulPets.Engine.Tests;

/// <summary>The token that a set keeps for itself, found by who may read the Secret.</summary>
public class SetTokenTests
{
    private const string Kept = "8f3a4c5e-0000-4000-8000-000000000001";

    private static async Task<Lab> StartAsync(string? token = Kept)
    {
        Lab lab = await Lab.StartAsync();
        JsonObject set = lab.Set.Cluster.Find("default", "statefulsets", "consul")!;
        set["metadata"]!["annotations"] = new JsonObject { [SetNames.TokenAnnotation] = "consul-token" };
        lab.Set.Cluster.Put("statefulsets", set);
        if (token is not null)
        {
            lab.Set.Cluster.Put("secrets", new JsonObject
            {
                ["metadata"] = new JsonObject { ["name"] = "consul-token", ["namespace"] = "default" },
                ["data"] = new JsonObject { ["token"] = Convert.ToBase64String(Encoding.UTF8.GetBytes(token)) },
            });
        }

        return lab;
    }

    private static async Task<PetSetObservation> LookAsync(Lab lab, string? given = null, string? without = null)
    {
        var observer = new PetSetObserver(lab.Api, null) { OnDetail = lab.Details.Add, Route = new SessionRoute(lab.Api, Guid.NewGuid(), null, given, without) };
        return await observer.ObserveAsync(await lab.WorkloadAsync(), default, Lab.Token);
    }

    [Theory]
    [InlineData(null, null, Kept)]
    [InlineData("given", null, "given")]
    [InlineData(null, "environment", "environment")]
    [InlineData("given", "environment", "given")]
    public async Task The_token_is_the_one_given_else_the_sets_own(string? given, string? without, string sent)
    {
        await using Lab lab = await StartAsync();
        Assert.NotNull((await LookAsync(lab, given, without)).Consul);
        Assert.Equal(sent, lab.Set.Consul.LastToken);
        Assert.Equal(sent == Kept, lab.Server.Requests.Any(static request => request.Path.EndsWith("/secrets/consul-token", StringComparison.Ordinal)));
        Assert.DoesNotContain(lab.Server.Requests, static request => request.PathAndQuery.Contains(Kept, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_Secret_that_is_gone_and_one_that_may_not_be_read_are_said_so()
    {
        await using Lab lab = await StartAsync(token: null);
        await Lab.FailsAsync("TokenSecretNotFound", () => LookAsync(lab));
        lab.Server.On("GET", "/api/v1/namespaces/default/secrets/consul-token", call => call.StatusAsync(403, "Forbidden", "secrets \"consul-token\" is forbidden: User \"reader\" cannot get resource \"secrets\""));
        ConsulPetsException forbidden = await Lab.FailsAsync("KubernetesForbidden", () => LookAsync(lab));
        Assert.Contains("consul-token", forbidden.Message, StringComparison.Ordinal);
        Assert.Contains("-Token", forbidden.RecommendedAction, StringComparison.Ordinal);
        Assert.NotNull((await LookAsync(lab, given: "given")).Consul);
    }

    /// <summary>Else a wait for a new set would end with a refusal.</summary>
    [Fact]
    public async Task A_token_that_Consul_does_not_know_yet_is_waited_for_and_no_refusal()
    {
        await using Lab lab = await StartAsync();
        lab.Server.On("GET", ".*/proxy/v1/agent/members", 403, "ACL not found");
        PetSetObservation look = await LookAsync(lab);
        Assert.Null(look.Consul);
        Assert.Contains("does not know the set's token", look.ConsulProblem, StringComparison.Ordinal);
        await Lab.FailsAsync("ConsulPermissionDenied", () => LookAsync(lab, given: "wrong"));
    }
}
