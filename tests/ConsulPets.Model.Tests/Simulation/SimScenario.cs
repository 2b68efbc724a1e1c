using System.Globalization;

namespace ConsulPets.Model.Tests.Simulation;

/// <summary>What the adversary does at a moment (seconds from the start).</summary>
internal sealed record SimEvent(int At, SimEventKind Kind, int Which, int Seconds)
{
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{At,4} s  adversary: {Kind} (which {Which}, {Seconds} s)");
}

internal enum SimEventKind
{
    KillProcess,
    EvictPod,
    HangServer,
    PauseController,
    GossipDoubts,
    AclFilter,
    LeaderFalls,
    KillOperator,
    KillOperatorBeforeWrite,
    KillOperatorAfterWrite,
    NextOperation,
    OtherOperator,
    HumanEdit,
    StuckNode,
}

/// <summary>A cluster, what is asked for, and what goes wrong meanwhile: all of it from one seed.</summary>
internal sealed record SimScenario
{
    private static readonly SimEventKind[] Events =
    [
        SimEventKind.KillProcess, SimEventKind.KillProcess, SimEventKind.EvictPod, SimEventKind.EvictPod, SimEventKind.HangServer, SimEventKind.HangServer, SimEventKind.PauseController,
        SimEventKind.GossipDoubts, SimEventKind.LeaderFalls, SimEventKind.LeaderFalls, SimEventKind.KillOperator, SimEventKind.KillOperatorBeforeWrite, SimEventKind.KillOperatorAfterWrite,
        SimEventKind.KillOperatorAfterWrite, SimEventKind.PauseController, SimEventKind.OtherOperator, SimEventKind.AclFilter, SimEventKind.HumanEdit, SimEventKind.StuckNode,
        SimEventKind.NextOperation,
    ];

    public required ulong Seed { get; init; }

    public bool IsDaemonSet { get; init; }

    public int Size { get; init; }

    public int FirstOrdinal { get; init; }

    public bool CanTransfer { get; init; }

    public bool LeavesGracefully { get; init; }

    /// <summary>Whether gossip calls a server that has left, and is back, leaving until it joins once more.</summary>
    public bool StaysLeaving { get; init; }

    /// <summary>Whether the controller waits for a pod that cannot become ready (OrderedReady; Parallel from Kubernetes 1.35 on).</summary>
    public bool WaitsForStuckPods { get; init; }

    public bool CleansUpDeadServers { get; init; }

    public int MinQuorum { get; init; }

    public bool StartsOnDelete { get; init; }

    /// <summary>Whether the operator writes the workload without naming the version that it has read.</summary>
    public bool WritesBlindly { get; init; }

    /// <summary>The place of the pet that leads when the history begins; null for any.</summary>
    public int? LeaderPlace { get; init; }

    /// <summary>How many pets, from the last, are stuck on a template that cannot run when the history begins.</summary>
    public int StuckPets { get; init; }

    public required IReadOnlyList<RollingOperation> Operations { get; init; }

    public required IReadOnlyList<SimEvent> Adversary { get; init; }

    public static SimScenario From(ulong seed)
    {
        var random = new SimRandom(seed * 7919);
        bool isDaemonSet = random.Percent(15);
        int size = random.Next(20) switch { 0 => 1, 1 => 2, 2 => 4, < 12 => 3, _ => 5 };
        size = isDaemonSet ? Math.Max(size, 3) : size;
        int firstOrdinal = random.Percent(15) && !isDaemonSet ? 2 : 0;
        string? canary = random.Percent(20) && !isDaemonSet ? string.Create(CultureInfo.InvariantCulture, $"consul-{firstOrdinal + random.Next(size)}") : null;
        (RollingOperation[] operations, int stuck) = Ask(ref random, isDaemonSet, size, firstOrdinal, canary);
        var adversary = new SimEvent[random.Next(7)];
        for (int n = 0; n < adversary.Length; n++)
        {
            adversary[n] = new SimEvent(random.Next(150), Events[random.Next(Events.Length)], random.Next(10), random.Between(6, 30));
        }

        if (operations is [{ Pets: null } one, ..] && (operations.Length == 1 || one.Kind == RollingKind.Resize) && random.Percent(25))
        {
            // A pet gets sick on the way, somebody restarts it, and what was under way goes on.
            int place = random.Next(size), at = random.Next(60);
            RollingOperation cure = Named(ref random, one with { Kind = RollingKind.Restart, TemplateHash = null, Replicas = null }, isDaemonSet, size, firstOrdinal);
            operations = [one, cure with { Pets = [cure.Pets![0]] }, one];
            SimEventKind sickness = random.Percent(50) ? SimEventKind.HangServer : SimEventKind.KillProcess;
            adversary = [.. adversary, new SimEvent(at, sickness, place, 30), new SimEvent(at + random.Between(1, 20), SimEventKind.NextOperation, 0, 0)];
        }

        return new SimScenario
        {
            Seed = seed,
            IsDaemonSet = isDaemonSet,
            Size = size,
            FirstOrdinal = firstOrdinal,
            CanTransfer = random.Percent(60),
            LeavesGracefully = random.Percent(60),
            StaysLeaving = seed % 10 == 3,
            WaitsForStuckPods = random.Percent(50),
            CleansUpDeadServers = random.Percent(70),
            MinQuorum = random.Next(4) switch { 0 => 0, 1 => size, _ => (size / 2) + 1 },
            StartsOnDelete = random.Percent(10),
            StuckPets = stuck,
            Operations = operations,
            Adversary = adversary,
        };
    }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"""
        seed {Seed}: {(IsDaemonSet ? "DaemonSet" : "StatefulSet")} of {Size} from ordinal {FirstOrdinal}, {string.Join(" then ", Operations.Select(static one => $"{one.Kind} {one.TemplateHash}{one.Replicas} {one.StopAfter}{string.Join(",", one.Pets ?? [])}{(one.ReturnsAtOnce ? " at once" : string.Empty)} {(one.SickFirst ? "SickFirst" : string.Empty)}"))}
        transfer {CanTransfer}, graceful {LeavesGracefully}, stays leaving {StaysLeaving}, waits for stuck pods {WaitsForStuckPods}, clean-up {CleansUpDeadServers}, MinQuorum {MinQuorum}, OnDelete {StartsOnDelete}, stuck pets {StuckPets}
        """);

    private static (RollingOperation[] Operations, int Stuck) Ask(ref SimRandom random, bool isDaemonSet, int size, int firstOrdinal, string? canary)
    {
        bool sickFirst = random.Percent(30);
        RollingOperation Make(RollingKind kind, string? template = null, int? replicas = null, VolumePolicy volumes = VolumePolicy.Retain) => new()
        {
            Kind = kind,
            Run = "run-0",
            TemplateHash = template,
            Replicas = replicas,
            SickFirst = sickFirst,
            Volumes = volumes,
            Force = true,
            StopAfter = kind is RollingKind.Restart or RollingKind.Update ? canary : null,
        };
        int pick = random.Next(100);
        if (pick < 22)
        {
            RollingOperation all = Make(RollingKind.Restart);
            return ([random.Percent(55) ? Named(ref random, all, isDaemonSet, size, firstOrdinal) : all], 0);
        }

        if (pick < 50 || isDaemonSet)
        {
            return ([Make(RollingKind.Update, "rev-2")], 0);
        }

        if (pick < 56)
        {
            return ([Make(RollingKind.Update, "bad-2"), Make(random.Percent(50) ? RollingKind.Undo : RollingKind.Update, "rev-1")], 0);
        }

        if (pick < 66)
        {
            return ([Make(RollingKind.Undo, "rev-1")], random.Between(1, Math.Max(1, (size - 1) / 2)));
        }

        if (pick < 88)
        {
            RollingOperation one = ToSize(ref random, Make(RollingKind.Resize));
            return (random.Percent(40) ? [one, ToSize(ref random, Make(RollingKind.Resize))] : [one], 0);
        }

        RollingOperation suspend = Make(RollingKind.Suspend), resume = Make(RollingKind.Resume);
        return (random.Percent(40) ? [suspend, resume, suspend, resume] : [suspend, resume], 0);
    }

    private static RollingOperation ToSize(ref SimRandom random, RollingOperation resize)
    {
        int[] sizes = [1, 2, 3, 5];
        return resize with { Replicas = sizes[random.Next(4)], Volumes = random.Percent(50) ? VolumePolicy.Delete : VolumePolicy.Retain };
    }

    // One pet or two, the place next to the last before the first.
    private static RollingOperation Named(ref SimRandom random, RollingOperation all, bool isDaemonSet, int size, int firstOrdinal)
    {
        int first = random.Next(size);
        int[] places = random.Percent(40) && size > 1 ? [first, (first + 1) % size] : [first];
        return all with
        {
            Pets = [.. places.Select(place => isDaemonSet ? SimCluster.CattleName(place + 1) : string.Create(CultureInfo.InvariantCulture, $"consul-{firstOrdinal + place}"))],
            StopAfter = null,
            Force = random.Percent(50),
            ReturnsAtOnce = random.Percent(50),
        };
    }
}
