using System.Globalization;

namespace ConsulPets.Model.Tests.Simulation;

/// <summary>How a history ended.</summary>
internal sealed record SimOutcome(string? Breach, string End, int Seconds, IReadOnlyList<RollingStep> Steps, string LastWords);

/// <summary>
/// One history: the operator looks, asks the planner, carries out one step, looks again; it is killed and begun again; the adversary does what the scenario says, then it is quiet.
/// </summary>
internal sealed partial class SimHistory
{
    private const int Quiet = 190;
    private const int WithoutProgress = 120;

    private static readonly string[] Passing = ["SetIsLocked", "NoConsulLeader", "ConsulUnreachable", "ConsulViewFiltered", "ConsulHealthUnknown"];

    private readonly SimScenario scenario;
    private readonly RollingGate? open;
    private readonly SimCluster cluster;
    private readonly SimRules rules;
    private readonly List<RollingStep> steps = [];
    private SimRandom random;
    private RollingOperation operation;
    private PetSetObservation? former;
    private PetSetObservation? latest;
    private string lastWords = string.Empty;
    private int asked;
    private int runs;
    private int looksAt;
    private int progressAt;
    private int lockedUntil;
    private bool diesBefore;
    private bool diesAfter;

    private SimHistory(SimScenario scenario, RollingGate? open, List<string>? log)
    {
        this.scenario = scenario;
        this.open = open;
        cluster = new SimCluster(scenario, log);
        rules = new SimRules(cluster);
        cluster.OnOrderedReplacement = rules.OnOrdered;
        random = new SimRandom((scenario.Seed * 1299709) + 2);
        operation = scenario.Operations[0];
        foreach (RollingOperation named in scenario.Operations.Where(static one => one is { Kind: RollingKind.Resize, Volumes: VolumePolicy.Delete }))
        {
            for (int place = named.Replicas!.Value; place < Math.Max(scenario.Size, scenario.Operations.Max(static one => one.Replicas ?? 0)); place++)
            {
                rules.NamedClaims.Add(scenario.FirstOrdinal + place);
            }
        }
    }

    public static SimOutcome Run(SimScenario scenario, RollingGate? open = null, List<string>? log = null)
    {
        var history = new SimHistory(scenario, open, log);
        try
        {
            return history.Outcome(null, history.Live());
        }
        catch (SimBreach breach)
        {
            history.cluster.Say($"BREACH: {breach.Message}");
            return history.Outcome(breach.Message, "breach");
        }
    }

    private SimOutcome Outcome(string? breach, string end) => new(breach, end, cluster.Now, steps, lastWords);

    private string Live()
    {
        while (true)
        {
            Second();
            if (cluster.Now < looksAt)
            {
                continue;
            }

            if (Look() is { } end)
            {
                return end;
            }

            if (cluster.Now - Math.Max(progressAt, Quiet) > WithoutProgress)
            {
                if (++asked < scenario.Operations.Count)
                {
                    Begin($"no progress ({lastWords}); next");
                    continue;
                }

                return Held();
            }
        }
    }

    private void Second()
    {
        cluster.Tick();
        if (cluster.LockedBy is not null && cluster.Now >= lockedUntil)
        {
            cluster.LockedBy = null;
            rules.LockedSince = 1_000_000;
        }

        foreach (SimEvent happening in scenario.Adversary)
        {
            if (happening.At == cluster.Now)
            {
                Happen(happening);
            }
        }
    }

    private string? Look()
    {
        int version = cluster.ResourceVersion;
        OperationObservation observation = cluster.Observe(former, random.Percent(30) ? Second : null);
        former = latest is not null && (observation.Set.Taken - latest.Taken).TotalSeconds >= 3 ? latest : former;
        latest = latest is null || (observation.Set.Taken - latest.Taken).TotalSeconds >= 3 ? observation.Set : latest;
        if (operation is { Pets: not null, AgreedPods: null })
        {
            operation = operation with { AgreedPods = [.. observation.Set.Pods.Select(static pod => pod.Uid)] };
        }

        RollingDecision decision = RollingPlanner.Decide(operation, observation, open);
        rules.LookedAt = cluster.Now;
        looksAt = cluster.Now + (decision.Kind == RollingDecisionKind.Hold ? random.Between(2, 5) : random.Between(1, 3));
        if (cluster.IsLogging && decision.Words != lastWords)
        {
            cluster.Say($"{decision.Kind} {decision.Gate}{decision.Step?.Kind}: {decision.Words}");
        }

        lastWords = decision.Words;
        switch (decision.Kind)
        {
            case RollingDecisionKind.Step:
                return CarryOut(decision.Step!, version);
            case RollingDecisionKind.Done when decision.IsStoppedAtCanary:
                Begin("the command is run again");
                return null;
            case RollingDecisionKind.Done:
                return Next("done");
            case RollingDecisionKind.Refused when Passing.Contains(decision.Refusal!.ErrorId):
                looksAt = cluster.Now + 5;
                return null;
            case RollingDecisionKind.Refused when asked + 1 < scenario.Operations.Count && operation.Pets is not null:
                // Who could not mend a pet goes on with what was under way.
                return Next("refused");
            case RollingDecisionKind.Refused:
                if (RollingPlanner.Withdrawal(operation, observation) is { } withdrawal && cluster.ResourceVersion == version)
                {
                    Write(withdrawal);
                }

                return $"refused {decision.Refusal.ErrorId}";
            default:
                return null;
        }
    }

    private string? CarryOut(RollingStep step, int version)
    {
        int run = runs;
        if (random.Percent(20))
        {
            Second();
        }

        if (run != runs)
        {
            // Killed, or called off, between the look and the write.
            return null;
        }

        if (diesBefore)
        {
            diesBefore = false;
            Begin("the operator is killed before the write");
            return null;
        }

        bool writesWorkload = step.State is not null || step.Kind == RollingStepKind.ReleaseOperation;
        if (writesWorkload && cluster.ResourceVersion != version && !scenario.WritesBlindly)
        {
            cluster.Say("409: the workload has changed since the look");
            return null;
        }

        rules.Before(operation, step);
        Write(step);
        steps.Add(step);
        progressAt = cluster.Now;
        if (step.Kind == RollingStepKind.ReleaseOperation)
        {
            return Next("released");
        }

        if (diesAfter)
        {
            diesAfter = false;
            Begin("the operator is killed after the write");
        }

        return null;
    }

    private string? Next(string end)
    {
        if (++asked >= scenario.Operations.Count)
        {
            return end;
        }

        Begin("next operation");
        return null;
    }

    private void Begin(string why, bool isAnother = false)
    {
        // A new operation begins with what it finds; who restarts a pet in the middle of one changes nothing of it.
        RollingOperation next = scenario.Operations[asked];
        bool isInTheMiddle = cluster.State is { Pets: null } && (next.Pets is not null || operation.Pets is not null);
        rules.EditedAt = !isInTheMiddle && (isAnother || operation.Kind != next.Kind) ? 1_000_000 : rules.EditedAt;
        cluster.Say(why);
        operation = next with { Run = string.Create(CultureInfo.InvariantCulture, $"run-{++runs}") };
        former = latest = null;
        progressAt = cluster.Now;
        looksAt = cluster.Now + random.Between(1, 12);
    }

    private void Write(RollingStep step)
    {
        if (step.State is { } state)
        {
            WorkloadShape shape = state.Written;
            bool isChanged = (cluster.OnDelete, cluster.Template) != (shape.OnDelete, shape.TemplateHash)
                || (!scenario.IsDaemonSet && (cluster.Replicas, cluster.Partition) != (shape.Replicas, shape.Partition));
            cluster.State = state;
            cluster.OnDelete = shape.OnDelete;
            cluster.Template = shape.TemplateHash;
            cluster.Partition = shape.Partition;
            cluster.Replicas = scenario.IsDaemonSet ? cluster.Replicas : shape.Replicas;
            cluster.ResourceVersion++;
            cluster.Generation += isChanged ? 1 : 0;
            return;
        }

        SimServer? server = cluster.Servers.FindLast(one => one.Id == step.Id);
        switch (step.Kind)
        {
            case RollingStepKind.DeletePod when cluster.PodNamed(step.Target) is { } pod && pod.Uid == step.Uid:
                cluster.DeletePod(pod);
                break;
            case RollingStepKind.TransferLeadership:
                cluster.TransferLeadership(step.Id!);
                break;
            case RollingStepKind.SetMinQuorum:
                cluster.MinQuorum = step.Number!.Value;
                break;
            case RollingStepKind.JoinGossip:
                SimCluster.JoinGossip(cluster.PodNamed(step.Target)!.Server);
                break;
            case RollingStepKind.ForceLeave when server is not null:
                cluster.ForceLeave(server);
                break;
            case RollingStepKind.RemoveRaftPeer when server is not null:
                cluster.RemovePeer(server);
                break;
            case RollingStepKind.DeleteClaim:
                cluster.Claims[cluster.Claims.Keys.First(ordinal => SimCluster.ClaimName(ordinal) == step.Target)] = false;
                break;
            case RollingStepKind.ReleaseOperation:
                cluster.State = null;
                cluster.ResourceVersion++;
                break;
            default:
                break;
        }
    }

    // Long after the last thing went wrong: either something cannot mend itself, and the words say so, or the planner has hung.
    private string Held()
    {
        if (cluster.IsLogging)
        {
            foreach (SimServer server in cluster.Servers)
            {
                cluster.Say($"{server.Name} {server.Id}: alive {server.IsAlive}, gossip {server.Serf}, in raft {server.IsInRaft}, voter {server.IsVoter}, leader {ReferenceEquals(server, cluster.Leader)}");
            }
        }

        bool cannotMend = cluster.Leader is null
            || cluster.Pods.Exists(static pod => pod.IsStuck)
            || cluster.Servers.Exists(static server => server is { IsInRaft: true, IsAlive: false });
        return cannotMend && lastWords.Length > 0 ? "held" : throw new SimBreach($"it holds without a cause: {lastWords}");
    }
}
