using System.Globalization;

namespace ConsulPets.Model.Tests;

/// <summary>A healthy set, and the ways in which it can be less so. Each way returns a changed copy.</summary>
internal static class Given
{
    public static readonly DateTimeOffset Now = new(2026, 11, 22, 20, 0, 0, TimeSpan.Zero);

    public static string Id(string name) => $"id-of-{name}";

    public static ObservedWorkload StatefulSet(int replicas = 3) => new()
    {
        Name = "consul",
        Namespace = "default",
        Uid = "workload",
        Kind = PetSetKind.StatefulSet,
        Replicas = replicas,
        UpdateRevision = "new",
        ControllerIsCurrent = true,
        Image = "hashicorp/consul:1.21.4",
        ServiceName = "consul",
        ClaimTemplates = ["data"],
        Selector = "app=consul",
        Created = Now.AddHours(-2),
    };

    public static ObservedWorkload DaemonSet(int nodes = 3) => StatefulSet(nodes) with
    {
        Name = "cattle",
        Kind = PetSetKind.DaemonSet,
        UpdateRevision = null,
        UpdatedPods = nodes,
        ClaimTemplates = [],
    };

    public static ObservedPod Pod(string name, string? ip = null) => new()
    {
        Name = name,
        Uid = $"pod-{name}",
        Phase = "Running",
        Ready = true,
        Running = true,
        Node = "worker-1",
        PodIP = ip ?? $"10.244.0.{name[^1] % 200}",
        Image = "hashicorp/consul:1.21.4",
        Revision = "new",
        Claims = [$"data-{name}"],
        ConsulPort = new ConsulPort("http", 8500),
        Created = Now.AddHours(-1),
    };

    public static ObservedMember Member(string name, ConsulMemberStatus status = ConsulMemberStatus.Alive, string? id = null, string? address = null) => new(
        name,
        address ?? $"10.244.0.{name[^1] % 200}",
        8301,
        status,
        new Dictionary<string, string> { ["role"] = "consul", ["dc"] = "dc1", ["id"] = id ?? Id(name), ["build"] = "1.21.4:abcdef" },
        2);

    public static ObservedPeer Peer(string name, bool leader = false, bool voter = true, string? id = null) =>
        new(id ?? Id(name), name, "10.244.0.9:8300", leader, voter, "3", 100);

    public static ObservedServerHealth Health(string name, bool healthy = true, bool voter = true) =>
        new(Id(name), healthy, voter, Now.AddMinutes(-30));

    public static PetSetObservation Healthy(int replicas = 3) => Healthy(StatefulSet(replicas), [.. Enumerable.Range(0, replicas).Select(static n => string.Create(CultureInfo.InvariantCulture, $"consul-{n}"))]);

    public static PetSetObservation HealthyCattle(params string[] names) => Healthy(DaemonSet(names.Length), names);

    private static PetSetObservation Healthy(ObservedWorkload workload, string[] names) => new()
    {
        Taken = Now,
        Context = "kind",
        Workload = workload,
        Pods = [.. names.Select(static name => Pod(name))],
        Claims = workload.Kind == PetSetKind.DaemonSet ? [] : [.. names.Select(static (name, n) => Claim($"data-{name}", n))],
        Consul = new ObservedConsul
        {
            AnsweredBy = names.FirstOrDefault() ?? "none",
            Members = [.. names.Select(static name => Member(name))],
            Peers = [.. names.Select(static (name, n) => Peer(name, leader: n == 0))],
            Health = [.. names.Select(static name => Health(name))],
        },
    };

    public static ObservedClaim Claim(string name, int? ordinal) => new(name, ordinal, "Bound", "10Gi", false);

    public static PetSetObservation Workload(this PetSetObservation look, Func<ObservedWorkload, ObservedWorkload> change) => look with { Workload = change(look.Workload) };

    public static PetSetObservation Consul(this PetSetObservation look, Func<ObservedConsul, ObservedConsul> change) => look with { Consul = change(look.Consul!) };

    public static PetSetObservation NoConsul(this PetSetObservation look, string? problem = null) => look with { Consul = null, ConsulProblem = problem };

    public static PetSetObservation Pod(this PetSetObservation look, string name, Func<ObservedPod, ObservedPod> change) =>
        look with { Pods = [.. look.Pods.Select(pod => pod.Name == name ? change(pod) : pod)] };

    public static PetSetObservation WithoutPod(this PetSetObservation look, string name) => look with { Pods = [.. look.Pods.Where(pod => pod.Name != name)] };

    public static PetSetObservation Plus(this PetSetObservation look, ObservedPod pod) => look with { Pods = [.. look.Pods, pod] };

    public static PetSetObservation Plus(this PetSetObservation look, ObservedClaim claim) => look with { Claims = [.. look.Claims, claim] };

    public static PetSetObservation Plus(this PetSetObservation look, ObservedMember member) => look.Consul(consul => consul with { Members = [.. consul.Members, member] });

    public static PetSetObservation Plus(this PetSetObservation look, ObservedPeer peer) => look.Consul(consul => consul with { Peers = [.. consul.Peers!, peer] });

    public static PetSetObservation PlusWan(this PetSetObservation look, ObservedMember member) => look.Consul(consul => consul with { WanMembers = [.. consul.WanMembers ?? [], member] });

    public static PetSetObservation Member(this PetSetObservation look, string name, Func<ObservedMember, ObservedMember?> change) =>
        look.Consul(consul => consul with { Members = [.. consul.Members.Select(member => member.Name == name ? change(member) : member).OfType<ObservedMember>()] });

    public static PetSetObservation Is(this PetSetObservation look, string name, ConsulMemberStatus status) => look.Member(name, member => member with { Status = status });

    public static PetSetObservation Peer(this PetSetObservation look, string name, Func<ObservedPeer, ObservedPeer?> change) =>
        look.Consul(consul => consul with { Peers = [.. consul.Peers!.Select(peer => peer.Name == name ? change(peer) : peer).OfType<ObservedPeer>()] });

    public static PetSetObservation NoLeader(this PetSetObservation look) =>
        look.Consul(consul => consul with { Peers = [.. consul.Peers!.Select(static peer => peer with { IsLeader = false })], PeersAreStale = true, Health = null, Problem = "no leader" });

    public static PetSetObservation Sick(this PetSetObservation look, params string[] names) =>
        look.Consul(consul => consul with { Health = [.. consul.Health!.Select(health => names.Any(name => health.Id == Id(name)) ? health with { Healthy = false } : health)] });
}
