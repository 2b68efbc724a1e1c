using System.Text;
using System.Text.Json.Nodes;
using ConsulPets.Engine.Security;
using ConsulPets.Planning.GossipKeys;

namespace ConsulPets.Engine.Tests;

public class GossipKeyTurnerTests
{
    private const string First = "Zmlyc3RmaXJzdGZpcnN0Zmlyc3RmaXJzdGZpcnN0ZmkA";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private static async Task<Lab> StartAsync()
    {
        Lab lab = await Lab.StartAsync();
        lab.Set.Consul.GossipKeys[First] = 3;
        lab.Set.Consul.PrimaryKey = First;
        lab.Set.Cluster.Put("secrets", new JsonObject
        {
            ["metadata"] = new JsonObject { ["name"] = "consul-server-secrets", ["namespace"] = "default" },
            ["data"] = new JsonObject { ["secrets.json"] = Convert.ToBase64String(Encoding.UTF8.GetBytes(new JsonObject { ["encrypt"] = First, ["acl"] = new JsonObject { ["tokens"] = new JsonObject { ["agent"] = "kept" } } }.ToJsonString())) },
        });
        return lab;
    }

    private static JsonObject Data(Lab lab) => lab.Set.Cluster.Find("default", "secrets", "consul-server-secrets")!["data"]!.AsObject();

    private static JsonNode Configuration(Lab lab) => JsonNode.Parse(Encoding.UTF8.GetString(Convert.FromBase64String((string)Data(lab)["secrets.json"]!)))!;

    private static void AssertTurned(Lab lab)
    {
        string key = (string)Configuration(lab)["encrypt"]!;
        Assert.NotEqual(First, key);
        Assert.Equal(32, Convert.FromBase64String(key).Length);
        Assert.Equal("kept", (string)Configuration(lab)["acl"]!["tokens"]!["agent"]!);
        Assert.Equal(["secrets.json"], Data(lab).Select(static entry => entry.Key));
        Assert.Equal([key], lab.Set.Consul.GossipKeys.Keys);
        Assert.Equal(key, lab.Set.Consul.PrimaryKey);
        Assert.DoesNotContain(lab.Server.Requests, request => request.PathAndQuery.Contains(key, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Each_step_is_written_once_and_in_order_and_the_former_key_is_gone()
    {
        await using Lab lab = await StartAsync();
        var written = new List<GossipKeyStep>();
        await new GossipKeyTurner(lab.Observer, await lab.WorkloadAsync()) { OnWritten = written.Add }.RunAsync(Patience, Lab.Token);
        Assert.Equal(Enum.GetValues<GossipKeyStep>(), written);
        AssertTurned(lab);
    }

    /// <summary>From the list of the steps, so that a new one is covered when it is added.</summary>
    [Theory]
    [MemberData(nameof(Steps))]
    public async Task A_run_that_is_cut_short_after_any_step_is_finished_by_the_next_one(GossipKeyStep last)
    {
        await using Lab lab = await StartAsync();
        using var killed = new CancellationTokenSource();
        var written = new List<GossipKeyStep>();
        var turner = new GossipKeyTurner(lab.Observer, await lab.WorkloadAsync())
        {
            OnWritten = step =>
            {
                written.Add(step);
                if (step == last)
                {
                    killed.Cancel();
                }
            },
        };
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => turner.RunAsync(Patience, killed.Token));
        if (last != GossipKeyStep.Forget)
        {
            await new GossipKeyTurner(lab.Observer, await lab.WorkloadAsync()) { OnWritten = written.Add }.RunAsync(Patience, Lab.Token);
        }

        Assert.Equal(Enum.GetValues<GossipKeyStep>(), written);
        AssertTurned(lab);
    }

    public static TheoryData<GossipKeyStep> Steps() => [.. Enum.GetValues<GossipKeyStep>()];

    [Fact]
    public async Task A_set_without_a_key_of_the_modules_is_refused()
    {
        await using Lab lab = await Lab.StartAsync();
        var turner = new GossipKeyTurner(lab.Observer, await lab.WorkloadAsync());
        await Lab.FailsAsync("GossipNotEncrypted", () => turner.PlanAsync(Lab.Token));
    }
}
