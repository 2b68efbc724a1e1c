using System.Management.Automation;

namespace ConsulPets.Cluster.Tests;

/// <summary>The API server fails in every way, at every kind of call that an operation makes. A class for each operation, since classes run side by side.</summary>
public abstract class UnderFaultsScenario
{
    private static readonly string[] Effects =
    [
        """ "effect": "status", "code": 429, "retryAfterSeconds": 1 """,
        """ "effect": "status", "code": 500 """,
        """ "effect": "status", "code": 409 """,
        """ "effect": "drop" """,
    ];

    // What every operation calls; the first calls are left alone, since they are those of the question to the user, which is answered with an error.
    private static readonly string[] Calls =
    [
        """ "verb": "get", "resource": "statefulsets.apps", "skip": 3 """,
        """ "verb": "patch", "resource": "statefulsets.apps", "skip": 0 """,
        """ "verb": "list", "resource": "pods", "skip": 4 """,
        """ "verb": "list", "resource": "persistentvolumeclaims", "skip": 4 """,
        """ "verb": "get", "resource": "pods", "subresource": "proxy", "skip": 20 """,
        """ "verb": "get", "resource": "leases.coordination.k8s.io", "skip": 1 """,
        """ "verb": "update", "resource": "leases.coordination.k8s.io", "skip": 0 """,
        """ "verb": "watch", "resource": "pods", "skip": 0 """,
        """ "verb": "watch", "resource": "statefulsets.apps", "skip": 0 """,
    ];

    // Watches that were open, and versions that they would go on from.
    private static readonly string[] Endings =
    [
        """ "verb": "list", "resource": "pods", "skip": 12, "effect": "endWatches" """,
        """ "verb": "list", "resource": "pods", "skip": 16, "effect": "expire" """,
    ];

    /// <summary>Runs commands on a set of three while somebody writes, and looks whether each fault has happened and nothing acknowledged is lost.</summary>
    /// <param name="further">The calls that only these commands make.</param>
    /// <param name="commands">The commands.</param>
    /// <returns>The pets before and after, by name.</returns>
    protected static (Dictionary<string, PSObject> Before, Dictionary<string, PSObject> After) Run(string[] further, params string[] commands)
    {
        using var place = new OperatorNamespace(ClusterKind.Sandbox, "faults");
        using Shell shell = place.Shell();
        shell.Bootstrap("consul", ScenarioShell.Quick);
        Dictionary<string, PSObject> before = shell.Pets("consul");
        using var writer = new SteadyWriter(place.Api, place.Name, [.. before.Keys]);

        // Only the operator's own calls: the controllers' go another way.
        string[] faults = [.. Calls.Concat(further).SelectMany(static call => Effects, static (call, effect) => $"{call}, {effect}").Concat(Endings)
            .Select(fault => place.Api.OrderFault($$"""{ {{fault}}, "namespace": "{{place.Name}}", "times": 1 }"""))];
        Array.ForEach(commands, command => shell.Ok($"{command} @kube -Confirm:$false"));
        IReadOnlyList<string> acknowledged = writer.End();

        Assert.All(faults, fault => Assert.True(place.Api.FaultHits(fault) > 0, $"fault {fault} did not happen"));
        Dictionary<string, PSObject> after = shell.Pets("consul");
        Assert.All(before.Keys, pet => Assert.Equal(before[pet].Text("NodeId"), after[pet].Text("NodeId")));
        Assert.False(place.IsMarked(), "the operation's annotation is still there");
        Assert.NotEmpty(acknowledged);
        Assert.Empty(acknowledged.Except(place.Api.Keys(place.Name, "consul-0", "steady/")));
        return (before, after);
    }
}
