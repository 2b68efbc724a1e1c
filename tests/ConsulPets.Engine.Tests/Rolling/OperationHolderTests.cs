using System.Collections.Concurrent;
using ConsulPets.Engine.Executing;
using ConsulPets.Planning;

namespace ConsulPets.Engine.Tests;

public class OperationHolderTests
{
    private const string Leases = "/apis/coordination.k8s.io/v1/namespaces/default/leases";

    /// <summary>Two sessions of one process, as ForEach-Object -Parallel has them, are two operators.</summary>
    [Fact]
    public async Task Two_runs_of_one_process_hold_the_lease_under_two_names()
    {
        await using Lab lab = await Lab.StartAsync();
        var holders = new ConcurrentBag<string>();
        lab.Server.On("POST", Leases, call =>
        {
            holders.Add((string)call.Json()["spec"]!["holderIdentity"]!);
            return call.AnswerAsync(call.Json(), 201);
        });
        lab.Set.Consul.Change(static consul => consul.Leader = null);
        ObservedWorkload workload = await lab.WorkloadAsync();
        foreach (string run in (string[])["0123456789abcdef", "fedcba9876543210"])
        {
            var operation = new RollingOperation { Kind = RollingKind.Restart, Run = run, TemplateHash = "new" };
            await Lab.FailsAsync("WaitTimedOut", () => new OperationRunner(lab.Observer).RunAsync(workload, operation, new OperationWriter(lab.Observer), TimeSpan.Zero, Lab.Token));
        }

        Assert.Equal(2, holders.Count);
        Assert.Equal(2, holders.Distinct().Count());
    }
}
