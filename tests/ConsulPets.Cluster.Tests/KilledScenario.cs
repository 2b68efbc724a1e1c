using System.Diagnostics;
using ConsulPets.Planning;
using Xunit.Abstractions;

namespace ConsulPets.Cluster.Tests;

/// <summary>The process that runs an operation is killed (SIGKILL) after every single write, and the same command is run again until it has nothing left to do. Two classes, since classes run side by side.</summary>
public abstract class KilledScenario
{
    // What no command here writes, and why.
    private static readonly Dictionary<RollingStepKind, string> NotHere = new()
    {
        [RollingStepKind.JoinGossip] = "leaves nothing behind, and needs an agent that is wrong: LeavingScenario",
        [RollingStepKind.TransferLeadership] = "needs Consul 1.15",
        [RollingStepKind.RemoveRaftPeer] = "raft itself takes out a server that has left: a peer without a member is what is left of a fault",
    };

    private const int MostRounds = 60;
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(5);
    private readonly ITestOutputHelper output;

    protected KilledScenario(ITestOutputHelper output) => this.output = output;

    /// <summary>Every kind of write that the executor knows is in one of the tables, or excused with a reason.</summary>
    /// <param name="tables">The kinds that the tests are killed at.</param>
    protected static void AssertNoneIsForgotten(params RollingStepKind[][] tables) =>
        Assert.Empty(Enum.GetValues<RollingStepKind>().Except(tables.SelectMany(static kinds => kinds)).Except(NotHere.Keys));

    /// <summary>Runs commands in turn on one set of three, with the leader in the last place at the beginning: the way with the most different writes.</summary>
    /// <param name="operations">The commands; how many pets, from the first, are watched; whether each of these must be replaced exactly once.</param>
    /// <param name="kinds">The kinds of writes that it must have been killed after.</param>
    protected void RunAndKill((string Command, int Watched, bool EachOnce)[] operations, RollingStepKind[] kinds)
    {
        using var place = new OperatorNamespace(ClusterKind.Sandbox, "killed");
        using Shell shell = place.Shell();
        shell.Bootstrap("consul", ScenarioShell.Quick);
        shell.Lead(place, "consul-2");
        using var writer = new SteadyWriter(place.Api, place.Name, "consul-0", "consul-1", "consul-2");
        var killedAt = new HashSet<RollingStepKind>();
        foreach ((string command, int watched, bool eachOnce) in operations)
        {
            using var pods = new PodWatch(place.Api, place.Name, [.. Enumerable.Range(0, watched).Select(static ordinal => $"consul-{ordinal}")]);
            RollingStepKind[] now = RunAndKill(place, command);
            output.WriteLine($"{command}: killed after {string.Join(", ", now)}");
            killedAt.UnionWith(now);
            IReadOnlyDictionary<string, int> replaced = pods.End();
            Assert.All(replaced, pet => Assert.True(pet.Value == (eachOnce ? 1 : 0), $"{command}: {pet.Key} was replaced {pet.Value} times"));
            if (!command.StartsWith("Suspend-", StringComparison.Ordinal))
            {
                Assert.False(place.IsMarked(), $"{command}: the operation's annotation is still there");
                shell.Ok("Wait-ConsulPetSet consul @kube -For Stable -TimeoutSeconds 120");
            }
        }

        Assert.Empty(writer.End().Except(place.Api.Keys(place.Name, "consul-0", "steady/")));
        Assert.Empty(kinds.Except(killedAt));
    }

    private static RollingStepKind[] RunAndKill(OperatorNamespace place, string command)
    {
        var killedAt = new List<RollingStepKind>();
        for (int round = 0; round < MostRounds; round++)
        {
            (int code, string[] lines) = Run(place, command);
            const string Written = "killed after: ";
            if (lines.FirstOrDefault(static line => line.StartsWith(Written, StringComparison.Ordinal)) is not { } line)
            {
                Assert.True(code == 0 && !lines.Any(static line => line.StartsWith("error: ", StringComparison.Ordinal)), $"ended with {code}: {string.Join('\n', lines)}");
                return [.. killedAt];
            }

            Assert.Equal(128 + 9, code);
            killedAt.Add(Enum.Parse<RollingStepKind>(line[Written.Length..]));

            // Nobody renews it now; only the wait for that is made shorter.
            place.Api.Patch(place.Name, "leases", "consul-consulpets", """[{"op":"replace","path":"/spec/leaseDurationSeconds","value":1}]""");
            if (killedAt[^1] == RollingStepKind.ReleaseOperation)
            {
                // It was the last write: the same command would begin anew.
                return [.. killedAt];
            }
        }

        throw new InvalidOperationException($"'{command}' is not done after {MostRounds} rounds: {string.Join(", ", killedAt)}");
    }

    private static (int Code, string[] Lines) Run(OperatorNamespace place, string command)
    {
        string script = $"$image = '{place.Cluster.ConsulImage}'; $other = '{place.Cluster.OtherConsulImage}'; Import-Module '{Repository.Manifest}'; {command} -KubeConfig '{place.KubeConfig}' -Confirm:$false -Verbose";
        using Process process = Process.Start(new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "ConsulPets.FreshProcess.dll"), "--kill-after-write", script]) { RedirectStandardOutput = true })!;
        Task<string> text = process.StandardOutput.ReadToEndAsync();
        if (!process.WaitForExit(Longest))
        {
            process.Kill(entireProcessTree: true);
            throw new TimeoutException($"'{command}' neither writes nor ends: {text.GetAwaiter().GetResult()}");
        }

        return (process.ExitCode, text.GetAwaiter().GetResult().Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }
}
