using System.Text.Json;
using System.Text.Json.Nodes;
using ConsulPets.Engine.Executing;
using ConsulPets.Planning;

namespace ConsulPets.Engine.Tests;

public class RollUnderConsulFaultsTests
{
    private const string Leases = "/apis/coordination.k8s.io/v1/namespaces/default/leases";

    /// <summary>A restart that has frozen the set and written its template is run again: what Consul then says decides whether the first pet goes.</summary>
    [Theory]
    [InlineData("healthy", null, null)]
    [InlineData("no leader", "WaitTimedOut", "leader")]
    [InlineData("health 429", "WaitTimedOut", "consul-2 is not healthy")]
    [InlineData("filtered", "ConsulViewFiltered", null)]
    [InlineData("health 500", "WaitTimedOut", null)]
    public async Task In_mid_roll_nothing_is_written_while_Consul_is_not_known_to_be_whole(string fault, string? errorId, string? why)
    {
        await using Lab lab = await Lab.StartAsync();
        lab.Server.On("POST", Leases, static call => call.AnswerAsync(call.Json(), 201));
        RollingOperation operation = Begin(lab);
        lab.Set.Consul.Change(consul => Break(lab, consul, fault));

        var writes = new List<RollingStep>();
        var runner = new OperationRunner(lab.Observer) { OnStep = writes.Add };
        ObservedWorkload workload = await lab.WorkloadAsync();
        ConsulPetsException? exception = await Record.ExceptionAsync(() => runner.RunAsync(workload, operation, new OperationWriter(lab.Observer), TimeSpan.Zero, Lab.Token)) as ConsulPetsException;

        if (errorId is null)
        {
            Assert.Equal((RollingStepKind.SetPartition, 2), (writes[0].Kind, writes[0].Number));
            return;
        }

        Assert.Equal(errorId, exception?.ErrorId);
        Assert.Contains(why ?? string.Empty, exception!.Message, StringComparison.Ordinal);
        Assert.Empty(writes);
        Assert.DoesNotContain(lab.Server.Writes, static write => !write.Path.StartsWith(Leases, StringComparison.Ordinal));
    }

    private static void Break(Lab lab, FakeConsul consul, string fault)
    {
        switch (fault)
        {
            case "no leader":
                consul.Leader = null;
                break;
            case "health 429":
                consul.Peers[2] = consul.Peers[2] with { IsHealthy = false };
                break;
            case "filtered":
                consul.IsFiltered = true;
                break;
            case "health 500":
                lab.Server.FailNext(int.MaxValue, "GET", ".*/operator/autopilot/health", 500, "rpc error making call: EOF");
                break;
            default:
                break;
        }
    }

    private static RollingOperation Begin(Lab lab)
    {
        string hash = string.Empty;
        lab.Set.Cluster.Change("default", "statefulsets", "consul", set =>
        {
            hash = OperationAnnotation.HashOf(JsonSerializer.SerializeToElement(set["spec"]!["template"]));
            set["spec"]!["updateStrategy"] = new JsonObject { ["type"] = "RollingUpdate", ["rollingUpdate"] = new JsonObject { ["partition"] = 3 } };
            set["status"]!["updateRevision"] = "consul-r2";
            set["status"]!["observedGeneration"] = set["metadata"]!["generation"]!.DeepClone();
            set["metadata"]!["annotations"] = new JsonObject
            {
                [OperationAnnotation.Name] = OperationAnnotation.Write(new OperationState
                {
                    Kind = RollingKind.Restart,
                    Run = "first",
                    TemplateHash = hash,
                    FromReplicas = 3,
                    TargetReplicas = 3,
                    Written = new WorkloadShape(3, 3, false, hash),
                }),
            };
        });
        return new RollingOperation { Kind = RollingKind.Restart, Run = "second", TemplateHash = hash };
    }
}
