using System.Globalization;

namespace ConsulPets.Model.Tests.Simulation;

/// <summary>A promise that was broken, in words.</summary>
internal sealed class SimBreach(string what) : Exception(what);

/// <summary>
/// What the tool promises, judged on the truth of the simulated cluster and not on what the planner saw. Only what has been so for longer than anybody takes to notice counts against
/// it: a pod that dies in the very moment of the write is nobody's fault.
/// </summary>
internal sealed class SimRules(SimCluster cluster)
{
    /// <summary>Seconds between an event and the moment from which a fresh look shows it.</summary>
    public const int Notice = 6;

    private readonly SimScenario scenario = cluster.Scenario;

    public HashSet<int> NamedClaims { get; } = [];

    public int LockedSince { get; set; } = 1_000_000;

    public int EditedAt { get; set; } = 1_000_000;

    public int LookedAt { get; set; }

    /// <summary>When somebody else last evicted a pod.</summary>
    public int EvictedAt { get; set; } = -1000;

    public void Before(RollingOperation operation, RollingStep step)
    {
        Check(cluster.Now - LockedSince <= Notice, "it writes although another operator holds the Lease");
        Check(cluster.Now - EditedAt <= Notice, "it writes although somebody else has changed the set");
        switch (step.Kind)
        {
            case RollingStepKind.WriteTemplate:
                Check(scenario.IsDaemonSet ? cluster.OnDelete : !cluster.OnDelete && cluster.Partition >= cluster.Replicas, "the template is written into a set that is not frozen");
                break;
            case RollingStepKind.DeletePod when cluster.PodNamed(step.Target) is { } pod && pod.Uid == step.Uid:
                Check(operation.Pets is not { } named || named.Contains(pod.Name), $"{pod.Name} was not named, and is taken down");
                TakeDown(operation, pod);
                break;
            case RollingStepKind.SetPartition when cluster.State?.Window is null && step.Number < cluster.Partition:
                // The controller replaces what is outdated from here on: at most one pet.
                SimPod[] ordered = [.. cluster.Pods.Where(pod => pod.Place >= step.Number && pod.Revision != cluster.Template && pod.Place < cluster.Replicas)];
                Check(ordered.Length <= 1, "more than one pet is given to the controller");
                foreach (SimPod pod in ordered)
                {
                    TakeDown(operation, pod);
                }

                break;
            case RollingStepKind.SetReplicas when step.Number < cluster.Replicas && step.Number > 0:
                Shrink(operation, step.Number!.Value);
                break;
            case RollingStepKind.ForceLeave or RollingStepKind.RemoveRaftPeer:
                SimServer? server = cluster.Servers.Find(server => server.Id == step.Id);
                Check(server is not { IsAlive: true }, $"{step.Target} is alive and is to be removed");
                break;
            case RollingStepKind.DeleteClaim:
                Check(NamedClaims.Any(ordinal => SimCluster.ClaimName(ordinal) == step.Target), $"{step.Target} was not named");
                break;
            case RollingStepKind.ReleaseOperation:
                AtEnd(operation);
                break;
            default:
                break;
        }
    }

    /// <summary>The controller carries out what it was ordered to long ago.</summary>
    public void OnOrdered(SimPod pod)
    {
        if (EditedAt <= cluster.Now || cluster.Replicas == 1 || LookedAt - pod.Server.GoodSince <= Notice)
        {
            return;
        }

        // What a look can have shown by now.
        int known = cluster.Now - LookedAt + Notice;
        Check(
            cluster.State is null || pod.Server.LastGood < cluster.Now - 1 || Suffices(GoodExcept(pod.Server, known)),
            $"an order to replace {pod.Name} was left standing, although the quorum cannot miss it and the operator had looked since");
    }

    private void TakeDown(RollingOperation operation, SimPod pod)
    {
        SimServer server = pod.Server;
        bool isOnly = cluster.Voters <= 1 && cluster.Pods.Count == 1;
        if (isOnly || EditedAt <= cluster.Now)
        {
            return;
        }

        foreach (SimPod other in cluster.Pods)
        {
            Check(ReferenceEquals(other, pod) || !other.IsDeleting || cluster.Now - other.DeletedAt <= Notice, $"{pod.Name} is taken down while {other.Name} is stopping");
        }

        // A pod that could not start may have started in this very moment; who names a pet whose process has crashed is not kept waiting for its next try.
        bool wasStuck = cluster.Now - pod.RanAt <= Notice || (cluster.Now - server.UpSince <= Notice
            && (operation.Pets is not null || (cluster.Now - cluster.StuckNodeUntil <= Notice && (operation.SickFirst || operation.Kind == RollingKind.Undo))));
        if (wasStuck || server is not { Answers: true, IsInRaft: true, IsVoter: true })
        {
            return;
        }

        Check(Suffices(GoodExcept(server, Notice)), Say($"taking {pod.Name} down leaves {GoodExcept(server, Notice)} of {cluster.Voters} voters: no quorum"));
        if (server.LastGood < cluster.Now || cluster.Now - server.GoodSince <= Notice)
        {
            // It looked sick a moment ago, and a sick pet may be replaced while the set is not whole.
            return;
        }

        if (operation.Pets is { } pets)
        {
            Check(cluster.State is { Kind: RollingKind.Restart, Pets: not null }, $"{pod.Name} votes, and is taken down in the middle of another operation");
            OthersAreBack(pets, pod);
        }
        else
        {
            AllIsWell($"{pod.Name} is taken down", server);
        }

        Check(
            operation.StopAfter is not { } canary || cluster.PodNamed(canary) is not { } first || ReferenceEquals(first, pod) || !IsDone(first) || cluster.State?.StoppedAfter == canary,
            $"{pod.Name} is taken down although the run was to stop after {operation.StopAfter}");
        if (ReferenceEquals(server, cluster.Leader) && cluster.Now - cluster.LeaderSince > Notice)
        {
            Check(!scenario.CanTransfer, $"the leader's pet {pod.Name} is taken down although the leadership can be moved");
            Check(cluster.Pods.TrueForAll(other => ReferenceEquals(other, pod) || IsDone(other)), $"the leader's pet {pod.Name} is not the last");
        }
    }

    private void Shrink(RollingOperation operation, int size)
    {
        if (EditedAt <= cluster.Now)
        {
            return;
        }

        int majority = (size / 2) + 1;
        Check(cluster.MinQuorum <= majority, Say($"the set shrinks to {size} with MinQuorum {cluster.MinQuorum}"));
        if (operation.Kind == RollingKind.Suspend && !scenario.LeavesGracefully)
        {
            return;
        }

        Check(size == cluster.Replicas - 1, "the set shrinks by more than one");
        string name = Say($"consul-{scenario.FirstOrdinal + size}");
        SimServer? doomed = cluster.PodAt(size)?.Server ?? cluster.Servers.FindLast(one => one.Name == name);

        // One that is sick, or never joined, may go all the same: what is there without it is what counts.
        bool isWell = doomed is not null && IsGood(doomed);
        AllIsWell($"{name} is given up", doomed, isWell ? null : size);
        int left = doomed is null ? cluster.Servers.Count(IsGood) : GoodExcept(doomed, Notice);
        int voters = cluster.Voters - (scenario.LeavesGracefully && isWell ? 1 : 0);
        Check(left * 2 > voters, Say($"giving {name} up leaves {left} of {voters} voters: no quorum"));
        Check(!scenario.CanTransfer || doomed is null || !ReferenceEquals(doomed, cluster.Leader) || cluster.Now - cluster.LeaderSince <= Notice, $"{name} leads, and is given up");
    }

    // Between two steps all pets vote, are healthy and have been so for a while; somebody leads, and Consul tells the whole truth.
    private void AllIsWell(string act, SimServer? except, int? exceptPlace = null)
    {
        Check(cluster.Leader is not null || cluster.Now - cluster.LeaderlessSince <= Notice, $"{act} while nobody leads");
        Check(cluster.Now >= cluster.FilteredUntil || cluster.Now - cluster.FilteredSince <= Notice, $"{act} on a view that ACLs have filtered");
        for (int place = 0; place < cluster.Replicas && !scenario.IsDaemonSet; place++)
        {
            SimPod? pod = cluster.PodAt(place);
            SimServer? server = pod?.Server ?? cluster.Servers.FindLast(one => one.Name == Say($"consul-{scenario.FirstOrdinal + place}"));
            Check(place == exceptPlace || (server is not null && IsGood(server)), Say($"{act} while the pet of place {place} is not a healthy voter"));
        }

        Check(!scenario.IsDaemonSet || cluster.Servers.Count(IsGood) >= scenario.Size, $"{act} while a pet is not a healthy voter");
        foreach (SimServer server in cluster.Servers)
        {
            if (server is { IsInRaft: true, IsVoter: true } && !ReferenceEquals(server, except))
            {
                Check(IsGood(server), $"{act} while the voter {server.Name} is away");
                Check(!server.Answers || cluster.Now - server.UpSince + Notice >= SimCluster.StabilizationSeconds, Say($"{act} while {server.Name} has been up for {cluster.Now - server.UpSince} s only"));
            }
        }
    }

    // Who names a pet may have a sick set to mend: the others need not be well. But somebody leads, nothing is hidden, and the pets of the same restart that went before are back.
    private void OthersAreBack(IReadOnlyList<string> pets, SimPod except)
    {
        string act = $"{except.Name} is taken down";
        Check(cluster.Leader is not null || cluster.Now - cluster.LeaderlessSince <= Notice, $"{act} while nobody leads");
        Check(cluster.Now >= cluster.FilteredUntil || cluster.Now - cluster.FilteredSince <= Notice, $"{act} on a view that ACLs have filtered");
        string[] before = [.. pets.Where(name => name != except.Name && !(cluster.PodNamed(name) is { } pod && cluster.State!.FormerPods.Contains(pod.Uid)))];
        Check(!scenario.IsDaemonSet || before.Length == 0 || cluster.Servers.Count(IsGood) >= scenario.Size, $"{act} while a pet is not a healthy voter");
        foreach (SimServer server in before.Select(name => cluster.Servers.FindLast(server => server.Name == name)!).Where(_ => !scenario.IsDaemonSet))
        {
            Check(IsGood(server), $"{act} while {server.Name}, which went before, is not back");
            Check(!server.Answers || cluster.Now - server.UpSince + Notice >= SimCluster.StabilizationSeconds, Say($"{act} while {server.Name} has been up for {cluster.Now - server.UpSince} s only"));
        }
    }

    private void AtEnd(RollingOperation operation)
    {
        if (operation.Kind is RollingKind.Update or RollingKind.Undo)
        {
            Check(cluster.Template == operation.TemplateHash && cluster.Pods.TrueForAll(pod => pod.Revision == cluster.Template || cluster.Now - pod.CreatedAt <= Notice), "it ends with outdated pets");
            Check(cluster.OnDelete == scenario.StartsOnDelete && (cluster.OnDelete || cluster.Partition == 0), "it ends with a frozen set");
        }

        if (operation.Kind == RollingKind.Restart && cluster.State is { } state)
        {
            Check(!cluster.Pods.Exists(pod => state.FormerPods.Contains(pod.Uid) && !(operation.ReturnsAtOnce && pod.IsDeleting)), "it ends before every pet was restarted");
            foreach (string pet in operation is { Pets: { } pets, ReturnsAtOnce: false } && !scenario.IsDaemonSet ? pets : [])
            {
                // Or it was, and somebody has evicted it in this very moment.
                Check(cluster.Now - EvictedAt <= Notice || (cluster.PodNamed(pet) is { } pod && IsGood(pod.Server)), $"it ends before {pet} is back");
            }
        }

        if (operation.Kind == RollingKind.Resize)
        {
            Check(cluster.Replicas == operation.Replicas && cluster.MinQuorum >= (cluster.Replicas / 2) + 1, "it ends with another size, or a MinQuorum that does not fit it");
            Check(!cluster.Servers.Exists(server => server.IsInRaft && cluster.PodOf(server) is null && cluster.Now - server.LastGood > 30), "it ends with a peer that no pod runs");
        }
    }

    private bool IsDone(SimPod pod) => cluster.State is not { } state || (state.FormerPods.Count > 0 ? !state.FormerPods.Contains(pod.Uid) : pod.Revision == cluster.Template);

    private bool IsGood(SimServer server) => cluster.Now - server.LastGood <= Notice;

    private int GoodExcept(SimServer except, int notice)
    {
        int good = 0;
        foreach (SimServer server in cluster.Servers)
        {
            good += !ReferenceEquals(server, except) && cluster.Now - server.LastGood <= notice ? 1 : 0;
        }

        return good;
    }

    private bool Suffices(int votersLeft) => votersLeft * 2 > cluster.Voters || (cluster.Voters == 2 && votersLeft == 1 && scenario.LeavesGracefully);

    private static void Check(bool holds, string breach)
    {
        if (!holds)
        {
            throw new SimBreach(breach);
        }
    }

    private static string Say(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
