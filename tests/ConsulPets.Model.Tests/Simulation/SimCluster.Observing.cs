using System.Globalization;
using ConsulPets.Quorum;

namespace ConsulPets.Model.Tests.Simulation;

/// <summary>What an observer sees: Kubernetes first, then Consul, and the world may move in between.</summary>
internal sealed partial class SimCluster
{
    private static readonly Dictionary<string, string> NoLabels = [];

    // Made once: a hundred thousand histories look some millions of times.
    private static readonly ObservedClaim[] KnownClaims =
        [.. Enumerable.Range(0, 20).Select(static ordinal => new ObservedClaim(string.Create(CultureInfo.InvariantCulture, $"data-consul-{ordinal}"), ordinal, "Bound", "1Gi", false, "uid"))];

    private static readonly string[][] MountedClaims = [.. KnownClaims.Select(static claim => new[] { claim.Name })];

    public int FilteredUntil { get; set; }

    public int FilteredSince { get; set; } = 1_000_000;

    public string? LockedBy { get; set; }

    public static DateTimeOffset At(int second) => Given.Now.AddSeconds(second);

    public OperationObservation Observe(PetSetObservation? earlier, Action? inBetween)
    {
        var workload = new ObservedWorkload
        {
            Name = scenario.IsDaemonSet ? "cattle" : "consul",
            Namespace = "default",
            Uid = "workload",
            Kind = scenario.IsDaemonSet ? PetSetKind.DaemonSet : PetSetKind.StatefulSet,
            Replicas = scenario.IsDaemonSet ? scenario.Size : Replicas,
            FirstOrdinal = scenario.FirstOrdinal,
            UpdateRevision = scenario.IsDaemonSet ? null : UpdateRevision,
            UpdatedPods = scenario.IsDaemonSet ? Pods.Count(pod => pod.Revision == UpdateRevision) : null,
            Partition = OnDelete ? 0 : Partition,
            ControllerIsCurrent = ObservedGeneration == Generation,
            Image = Template,
            ClaimTemplates = scenario.IsDaemonSet ? [] : ["data"],
            Selector = "app=consul",
            TemplateLabels = NoLabels,
            Created = At(-3600),
        };
        ObservedPod[] pods = [.. Pods.OrderBy(static pod => pod.Place).Select(ToObserved)];
        ObservedClaim[] claims = [.. Claims.Where(static claim => claim.Value).Select(static claim => KnownClaims[claim.Key])];
        (string template, bool onDelete, OperationState? state, string? lockedBy) = (Template, OnDelete, State, LockedBy);
        inBetween?.Invoke();
        ObservedConsul? consul = Consul();
        return new OperationObservation
        {
            Set = new PetSetObservation { Taken = At(Now), Workload = workload, Pods = pods, Claims = claims, Consul = consul, ConsulProblem = consul is null ? "nobody answers" : null },
            Earlier = earlier,
            TemplateHash = template,
            OnDelete = onDelete,
            Autopilot = consul?.Health is null ? null : new AutopilotSettings(scenario.CleansUpDeadServers, MinQuorum, TimeSpan.FromSeconds(StabilizationSeconds)),
            State = state,
            LockedBy = lockedBy,
            LeavesGracefully = scenario.LeavesGracefully,
            CanTransferLeadership = scenario.CanTransfer,
        };
    }

    public static string ClaimName(int ordinal) => KnownClaims[ordinal].Name;

    private ObservedPod ToObserved(SimPod pod)
    {
        SimServer server = pod.Server;
        bool mustAsk = server.Serf is ConsulMemberStatus.Alive or ConsulMemberStatus.Leaving && server.Address != pod.Address;
        string? detail = pod.IsRunning ? null : pod.IsStuck ? "Back-off pulling image" : Now < StuckNodeUntil ? "no node has room" : null;
        return new ObservedPod
        {
            Name = pod.Name,
            Uid = pod.Uid,
            Phase = pod.IsDeleting ? "Terminating" : pod.IsRunning ? "Running" : "Pending",
            PhaseDetail = detail,
            Ready = pod.IsReady,
            Running = pod.IsRunning,
            Deleting = pod.IsDeleting,
            PodIP = pod.Address,
            Image = pod.Revision,
            Revision = pod.Revision,
            Claims = scenario.IsDaemonSet ? [] : MountedClaims[scenario.FirstOrdinal + pod.Place],
            ConsulPort = new ConsulPort("http", 8500),
            AgentNodeId = !mustAsk ? null : pod.IsRunning && server.Answers ? server.Id : string.Empty,
            AgentAddress = mustAsk && pod.IsRunning && server.Answers ? pod.Address : null,
            Created = At(pod.CreatedAt),
        };
    }

    private ObservedConsul? Consul()
    {
        if (!Servers.Exists(static server => server.Answers))
        {
            return null;
        }

        bool isFiltered = Now < FilteredUntil;
        var members = new List<ObservedMember>(Servers.Count);
        var peers = new List<ObservedPeer>(Servers.Count);
        List<ObservedServerHealth>? health = Leader is null ? null : new(Servers.Count);
        foreach (SimServer server in Servers)
        {
            if (Seen(server) is { } status && !(isFiltered && members.Count > 0))
            {
                members.Add(new ObservedMember(server.Name, server.Address, 8301, status, server.Tags, 2));
            }

            if (server.IsInRaft)
            {
                peers.Add(new ObservedPeer(server.Id, server.Serf is null ? "(unknown)" : server.Name, server.Address, ReferenceEquals(server, Leader), server.IsVoter, "3", 1));
                health?.Add(new ObservedServerHealth(server.Id, server.AutopilotHealthy, server.IsVoter, At(server.AutopilotSince)));
            }
        }

        return new ObservedConsul
        {
            AnsweredBy = "consul",
            Members = members,
            Peers = peers,
            PeersAreStale = Leader is null,
            Health = health,
            FilteredByAcls = isFiltered,
            LeaderAddress = Leader?.Address,
        };
    }
}
