using System.Globalization;
using ConsulPets.Observing;
using ConsulPets.Quorum;

namespace ConsulPets.Planning;

/// <summary>An operation and a look at its set, joined once, with the questions that the planners ask.</summary>
internal sealed class RollingView
{
    private readonly RollingGate? open;

    /// <param name="operation">What was asked for.</param>
    /// <param name="observation">The look.</param>
    /// <param name="open">A gate that is held open, to prove that the model check notices; null in earnest.</param>
    public RollingView(RollingOperation operation, OperationObservation observation, RollingGate? open)
    {
        this.open = open;
        Operation = operation;
        Observation = observation;
        Join = new PetJoin(observation.Set);
        Quorum = QuorumView.Of(observation.Set.Consul);
        Pets = [.. observation.Set.Pods.Where(pod => IsStatefulSet ? pod.OrdinalIn(Workload) is { } ordinal && Workload.Wants(ordinal) : true)
            .OrderByDescending(pod => Place(pod)).ThenBy(static pod => pod.Name, StringComparer.Ordinal)];
    }

    public RollingOperation Operation { get; }

    public OperationObservation Observation { get; }

    public PetJoin Join { get; }

    public QuorumView Quorum { get; }

    public PetSetObservation Set => Observation.Set;

    public ObservedWorkload Workload => Observation.Set.Workload;

    public ObservedConsul? Consul => Observation.Set.Consul;

    public bool IsStatefulSet => Workload.Kind == PetSetKind.StatefulSet;

    /// <summary>The pods that the set wants, from the last place to the first: the order in which Kubernetes rolls.</summary>
    public IReadOnlyList<ObservedPod> Pets { get; }

    /// <summary>The pet of the last place, which is the first to go when the set gets smaller; null while it has no pod.</summary>
    public ObservedPod? LastPet => Pets.FirstOrDefault(pod => Place(pod) == Workload.Replicas - 1);

    /// <summary>The state of the operation under way. Only asked for once there is one.</summary>
    public OperationState State => Observation.State!;

    /// <summary>Whether a gate is in force.</summary>
    public bool Guards(RollingGate gate) => open != gate;

    /// <summary>
    /// A pod's place, counted from the first ordinal. Kubernetes counts a partition in the same way since sets may begin at another ordinal than 0
    /// (kubernetes, pkg/controller/statefulset, newVersionedStatefulSetPod: the partition is added to the start ordinal).
    /// </summary>
    public int Place(ObservedPod pod) => (pod.OrdinalIn(Workload) ?? 0) - (IsStatefulSet ? Workload.FirstOrdinal : 0);

    public string? IdOf(ObservedPod pod) => Join.Member(pod)?.NodeId;

    public bool IsLeader(ObservedPod pod) => Join.Role(IdOf(pod)) == RaftRole.Leader;

    public bool IsHealthyVoter(ObservedPod pod) => IdOf(pod) is { } id && Join.Peer(id) is { IsVoter: true } && QuorumView.IsHealthy(id, Consul!);

    /// <summary>Whether a pod is what Kubernetes calls stuck: it does not run, and there is a reason that does not go away by itself (an image that is not there, a crash loop, no node).</summary>
    public static bool IsStuck(ObservedPod pod) => pod is { Running: false, Ready: false, Deleting: false, PhaseDetail: not null };

    /// <summary>
    /// Whether a pet may be replaced without asking raft: it is stuck and has no vote that counts now, and the user wants stuck pets to be freed. It may be the very thing that keeps the quorum
    /// away. Not asked for, a crash loop is left alone unless the quorum stands without it: the next try of its container may bring the missing vote back.
    /// </summary>
    public bool CostsNothing(ObservedPod pod) => IsStuck(pod) && !IsHealthyVoter(pod) && (Operation.SickFirst || Operation.Kind == RollingKind.Undo || Workload.Replicas == 1);

    /// <summary>Whether a pod still is what the operation wants to replace.</summary>
    public bool IsOutdated(ObservedPod pod) => IsStatefulSet && State.TemplateHash is not null
        ? pod.Revision != Workload.UpdateRevision
        : State.FormerPods.Contains(pod.Uid);

    /// <summary>Whether the leadership can be moved by the API, by the servers' versions, unless Consul has answered that it cannot.</summary>
    public bool CanTransfer => Observation.CanTransferLeadership ?? (Consul is { } consul && MoveLeaderPlanner.TooOld(consul) is null);

    /// <summary>A step that writes the workload, with the state that says so.</summary>
    public RollingDecision Write(RollingStepKind kind, string reason, OperationState state, int? number = null) =>
        RollingDecision.Do(new RollingStep(kind, Workload.Name, reason) { State = state, Number = number });

    public RollingDecision Delete(ObservedPod pod, string reason) =>
        RollingDecision.Do(new RollingStep(RollingStepKind.DeletePod, pod.Name, reason)
        {
            Uid = pod.Uid,
            Id = IdOf(pod),
            PassesOverBudget = Operation is { Kind: RollingKind.Restart, Force: true },
        });

    public static string Say(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
