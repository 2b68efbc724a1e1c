using ConsulPets.Planning.Checks;

namespace ConsulPets.Model.Tests;

/// <summary>The checks of Consul's side: agents, leader, quorum, voters, members, peers, IDs, versions, autopilot.</summary>
public class ConsulChecksTests
{
    [Theory]
    [InlineData(1, "Quorum")]
    [InlineData(2, "Quorum,Size")]
    [InlineData(3, "")]
    [InlineData(4, "Size")]
    [InlineData(5, "")]
    [InlineData(7, "")]
    [InlineData(9, "Size")]
    public void A_healthy_set_passes_every_check_but_what_its_size_costs(int replicas, string warned)
    {
        IReadOnlyList<ConsulPetSetCheck> checks = Around.Healthy(replicas).Judge();
        Assert.Equal(warned.Split(',', StringSplitOptions.RemoveEmptyEntries), checks.Where(static check => check.Result != CheckResult.Passed).Select(static check => check.Name).Order());
        Assert.DoesNotContain(checks, static check => check.Result is CheckResult.Failed or CheckResult.Unknown);
        Assert.Equal(PetSetChecks.Names.Order(), checks.Select(static check => check.Name).Order());
        Assert.True(PetSetChecks.AllWell(checks));
    }

    [Fact]
    public void A_healthy_set_of_cattle_passes_every_check() => Assert.All(Around.Cattle().Judge(), static check => Assert.Equal(CheckResult.Passed, check.Result));

    internal static readonly Dictionary<string, (Func<Around, Around> Make, string Check, CheckResult Result, string Detail, string? Fix)> Faults = new()
    {
        ["no agent answers"] = (static a => a.See(static look => look.NoConsul("connection refused")), "Consul", CheckResult.Failed, "connection refused", "kubectl logs consul-0 --all-containers --tail=50"),
        ["scaled to zero, and nothing remembers the size"] = (static a => a.Where(static s => s with { HasOperation = false }).See(static look => look.Workload(static w => w with { Replicas = 0 }) with { Pods = [], Consul = null, Claims = [Given.Claim("data-consul-0", 0), Given.Claim("data-consul-1", 1), Given.Claim("data-consul-2", 2)] }), "Consul", CheckResult.Failed, "scaled to zero", "Resume-ConsulPetSet consul -Replicas 3"),
        ["scaled to zero"] = (static a => a.Where(static s => s with { HasOperation = true }).See(static look => look.Workload(static w => w with { Replicas = 0 }) with { Pods = [], Consul = null }), "Consul", CheckResult.Failed, "scaled to zero", "Resume-ConsulPetSet consul"),
        ["the token may not"] = (static a => a.See(static look => look.NoConsul() with { ConsulRefusal = new("ConsulPermissionDenied", "Consul refused the token.", "Give a token with the permission node:read: -Token") }), "Consul", CheckResult.Unknown, "node:read", "Test-ConsulPetSet consul -Token (Read-Host -AsSecureString)"),
        ["ACLs filter"] = (static a => a.See(static look => look.Consul(static c => c with { FilteredByAcls = true })), "Consul", CheckResult.Unknown, "node:read", "Test-ConsulPetSet consul -Token (Read-Host -AsSecureString)"),
        ["no leader"] = (static a => a.See(static look => look.NoLeader()), "Leader", CheckResult.Failed, "no leader", "Wait-ConsulPetSet consul -For Leader"),
        ["no leader, and why"] = (static a => a.See(static look => look.NoLeader().Is("consul-1", ConsulMemberStatus.Failed).Is("consul-2", ConsulMemberStatus.Failed)), "Leader", CheckResult.Failed, "1 of 3 voters are alive, and 2 are needed", "Wait-ConsulPetSet consul -For Leader"),
        ["never bootstrapped"] = (static a => a.See(static look => look.Consul(static c => c with { Peers = [], Health = null })), "Leader", CheckResult.Failed, "never bootstrapped: 3 of 3", "Wait-ConsulPetSet consul -For Leader"),
        ["the quorum is lost"] = (static a => a.See(static look => look.NoLeader().Is("consul-1", ConsulMemberStatus.Failed).Is("consul-2", ConsulMemberStatus.Failed)), "Quorum", CheckResult.Failed, "the quorum is lost", "Wait-ConsulPetSet consul -For Quorum"),
        ["no tolerance"] = (static a => a.See(static look => look.Sick("consul-2")), "Quorum", CheckResult.Failed, "the next loss stops Consul", "Wait-ConsulPetSet consul -For Stable"),
        ["autopilot is silent"] = (static a => a.See(static look => look.Consul(static c => c with { Health = null, Problem = "rate limited." })), "Quorum", CheckResult.Unknown, "rate limited", "Test-ConsulPetSet consul"),
        ["raft is denied"] = (static a => a.See(static look => look.Consul(static c => c with { Peers = null, Health = null, LeaderAddress = "10.0.0.1:8300", IsDenied = true, Problem = "Permission denied" })), "Quorum", CheckResult.Unknown, "operator:read", "Test-ConsulPetSet consul -Token (Read-Host -AsSecureString)"),
        ["a sick voter"] = (static a => a.See(static look => look.Sick("consul-2")), "Voters", CheckResult.Failed, "consul-2: not healthy", "Restart-ConsulPet consul-2 -PetSet consul -Wait"),
        ["a pet that does not vote"] = (static a => a.See(static look => look.Peer("consul-1", static peer => peer with { IsVoter = false })), "Voters", CheckResult.Failed, "consul-1: no voter", "Restart-ConsulPet consul-1 -PetSet consul -Wait"),
        ["a pet on its way"] = (static a => a.See(static look => look.Peer("consul-1", static peer => peer with { IsVoter = false }).Pod("consul-1", static pod => pod with { Created = Given.Now.AddSeconds(-20) })), "Voters", CheckResult.Warning, "on the way", "Wait-ConsulPetSet consul -For Stable"),
        ["a seat that nobody has"] = (static a => a.See(static look => look.WithoutPod("consul-2")), "Voters", CheckResult.Failed, "2 of 3", "Wait-ConsulPetSet consul -For Stable"),
        ["a failed member of its own"] = (static a => a.See(static look => look.Is("consul-2", ConsulMemberStatus.Failed)), "Members", CheckResult.Failed, "consul-2: failed", "Restart-ConsulPet consul-2 -PetSet consul -Wait"),
        ["a member that runs and is called leaving"] = (static a => a.See(static look => look.Is("consul-2", ConsulMemberStatus.Leaving)), "Members", CheckResult.Failed, "consul-2: consul-0 calls it leaving, though it runs", "Restart-ConsulPet consul-2 -PetSet consul -Wait"),
        ["a member that runs and the leader calls leaving"] = (static a => a.See(static look => look.Consul(static consul => consul with { LeavingToLeader = ["consul-2"] })), "Members", CheckResult.Failed, "consul-2: the leader calls it leaving, though it runs", "Restart-ConsulPet consul-2 -PetSet consul -Wait"),
        ["a failed member that nobody wants"] = (static a => a.See(static look => look.Plus(Given.Member("consul-7", ConsulMemberStatus.Failed, address: "10.1.1.7"))), "Members", CheckResult.Failed, "consul-7: failed in gossip, and no pod has the name", "Find-StalePet consul | Remove-StalePet"),
        ["a failed server from elsewhere"] = (static a => a.See(static look => look.Plus(Given.Member("vm-1", ConsulMemberStatus.Failed, address: "10.1.1.7"))), "Members", CheckResult.Failed, "vm-1: failed", "kubectl exec consul-0 -- consul force-leave -prune vm-1"),
        ["a member that left for good"] = (static a => a.See(static look => look.Plus(Given.Member("consul-7", ConsulMemberStatus.Left, address: "10.1.1.7"))), "Members", CheckResult.Warning, "consul-7: left", "Find-StalePet consul | Remove-StalePet"),
        ["a stale peer"] = (static a => a.See(static look => look.Plus(Given.Peer("(unknown)", id: "ghost"))), "RaftPeers", CheckResult.Failed, "ghost: in raft, and no pet will come back for it; it still counts", "Find-StalePet consul | Remove-StalePet"),
        ["a stale peer whose member failed"] = (static a => a.See(static look => look.Plus(Given.Member("consul-7", ConsulMemberStatus.Failed, address: "10.1.1.7")).Plus(Given.Peer("consul-7"))), "RaftPeers", CheckResult.Failed, "consul-7: in raft", "Find-StalePet consul | Remove-StalePet"),
        ["a strange peer, and a pet that nobody knows yet"] = (static a => a.See(static look => look.Member("consul-2", static _ => null).Plus(Given.Peer("(unknown)", id: "ghost"))), "RaftPeers", CheckResult.Unknown, "ghost", "Wait-ConsulPetSet consul -For Stable"),
        ["one ID, twice alive"] = (static a => a.See(static look => look.Member("consul-2", SameId).Peer("consul-1", static peer => peer with { Address = "10.244.0.49:8300" })), "NodeIds", CheckResult.Failed, "consul-1 and consul-2 have the node ID id-of-consul-1", "kubectl delete pvc data-consul-2 --wait=false; Restart-ConsulPet consul-2 -PetSet consul -Wait"),
        ["one ID, twice alive, and the other is the copy"] = (static a => a.See(static look => look.Member("consul-2", SameId).Peer("consul-1", static peer => peer with { Address = "10.244.0.50:8300" })), "NodeIds", CheckResult.Failed, "consul-1 and consul-2", "kubectl delete pvc data-consul-1 --wait=false; Restart-ConsulPet consul-1 -PetSet consul -Wait"),
        ["one ID, twice alive, and raft has another address"] = (static a => a.See(static look => look.Member("consul-2", SameId)), "NodeIds", CheckResult.Failed, "consul-1 and consul-2", "Get-ConsulMember consul-1, consul-2 -PetSet consul | Format-List"),
        ["one ID, once dead"] = (static a => a.See(static look => look.Plus(Given.Member("vm-1", ConsulMemberStatus.Failed, Given.Id("consul-1"), "10.1.1.7"))), "NodeIds", CheckResult.Failed, "consul-1 and vm-1", "kubectl exec consul-0 -- consul force-leave -prune vm-1"),
        ["one ID, by a stranger"] = (static a => a.See(static look => look.Plus(Given.Member("vm-1", ConsulMemberStatus.Alive, Given.Id("consul-1"), "10.1.1.7")).Peer("consul-1", static peer => peer with { Address = "10.244.0.49:8300" })), "NodeIds", CheckResult.Failed, "consul-1 and vm-1", "Get-ConsulMember vm-1 -PetSet consul | Format-List"),
        ["mixed versions"] = (static a => a.See(static look => look.Member("consul-1", static m => m with { Tags = new Dictionary<string, string>(m.Tags) { ["build"] = "1.9.2:abc" } })), "Versions", CheckResult.Warning, "mixed: 1.9.2 on consul-1, 1.21.4 on consul-0, consul-2", "Restart-ConsulPet consul-1 -PetSet consul -Wait"),
        ["MinQuorum too low"] = (static a => a.MinQuorum(0), "MinQuorum", CheckResult.Warning, "MinQuorum is 0, and 3 servers ask for 2: the clean-up", "Set-ConsulAutopilot consul -MinQuorum 2"),
        ["MinQuorum too high"] = (static a => a.MinQuorum(3), "MinQuorum", CheckResult.Warning, "stay voters", "Set-ConsulAutopilot consul -MinQuorum 2"),
        ["MinQuorum without clean-up"] = (static a => a.MinQuorum(1, cleansUp: false), "MinQuorum", CheckResult.Warning, "clean-up is off", "Set-ConsulAutopilot consul -MinQuorum 2"),
        ["no MinQuorum"] = (static a => a.Where(static s => s with { Autopilot = s.Autopilot with { Value = s.Autopilot.Value! with { MinQuorum = 0, HasMinQuorum = false } } }), "MinQuorum", CheckResult.Passed, "has no MinQuorum", null),
        ["MinQuorum unknown"] = (static a => a.Where(static s => s with { Autopilot = new Fact<AutopilotConfiguration>(null, new ObservedFailure("ConsulPermissionDenied", "Consul refused the token.", "Give a token with the permission operator:read: -Token")) }), "MinQuorum", CheckResult.Unknown, "operator:read", "Test-ConsulPetSet consul -Token (Read-Host -AsSecureString)"),
        ["more voters than wanted"] = (static a => a.See(static look => look.Plus(Given.Member("vm-1", address: "10.1.1.7")).Plus(Given.Peer("vm-1"))), "Size", CheckResult.Warning, "4 voters in raft, and the set wants 3", "Get-ConsulRaftPeer -PetSet consul"),
        ["being deleted"] = (static a => a.See(static look => look.Workload(static w => w with { Deleting = true })), "Size", CheckResult.Failed, "is being deleted", null),
    };

    public static TheoryData<string> FaultNames => [.. Faults.Keys];

    [Theory]
    [MemberData(nameof(FaultNames))]
    public void Each_fault_is_named_with_the_command_that_mends_it(string fault)
    {
        (Func<Around, Around> make, string name, CheckResult result, string detail, string? fix) = Faults[fault];
        ConsulPetSetCheck check = make(Around.Healthy())[name];
        Assert.True(check.Result == result, $"{check}");
        Assert.Contains(detail, check.Detail, StringComparison.Ordinal);
        Assert.Equal(fix, check.Fix);
    }

    [Fact]
    public void Without_an_agent_nothing_of_Consul_passes_and_what_Kubernetes_shows_is_still_told()
    {
        IReadOnlyList<ConsulPetSetCheck> checks = Around.Healthy().See(static look => look.NoConsul("refused"))
            .Where(static s => s with { Autopilot = new Fact<AutopilotConfiguration>(null, new ObservedFailure("NoConsulLeader", "none", "wait")) }).Judge();
        Assert.Equal(
            ["Budget", "Image", "Nodes", "Pods", "Size", "Spread", "Update", "Volumes"],
            checks.Where(static check => check.Result == CheckResult.Passed).Select(static check => check.Name).Order());
        Assert.Equal("Consul", Assert.Single(checks, static check => check.Result == CheckResult.Failed).Name);
        Assert.False(PetSetChecks.AllWell(checks));
    }

    [Fact]
    public void Without_a_leader_what_only_a_leader_knows_is_unknown()
    {
        IReadOnlyList<ConsulPetSetCheck> checks = Around.Healthy().See(static look => look.NoLeader())
            .Where(static s => s with { Autopilot = new Fact<AutopilotConfiguration>(null, new ObservedFailure("NoConsulLeader", "none", "wait")) }).Judge();
        Assert.Equal(["MinQuorum", "Quorum", "RaftPeers", "Voters"], checks.Where(static check => check.Result == CheckResult.Unknown).Select(static check => check.Name).Order());
    }

    [Fact]
    public void A_member_that_left_does_not_share_its_ID_with_anybody() =>
        Assert.Equal(CheckResult.Passed, Around.Healthy().See(static look => look.Plus(Given.Member("vm-1", ConsulMemberStatus.Left, Given.Id("consul-1"), "10.1.1.7")))["NodeIds"].Result);

    [Fact]
    public void What_failed_comes_first_and_what_passed_last()
    {
        CheckResult[] results = [.. Around.Healthy().NoNodes().Budgets().See(static look => look.Sick("consul-2") with { Pods = [.. look.Pods.Select(static pod => pod with { Node = "worker-1" })] }).Judge().Select(static check => check.Result)];
        Assert.Equal([CheckResult.Failed, CheckResult.Unknown, CheckResult.Warning, CheckResult.Passed], results.Distinct());
        Assert.Equal(results.Distinct(), results.Aggregate(new List<CheckResult>(), static (runs, result) => runs.Count == 0 || runs[^1] != result ? [.. runs, result] : runs));
    }

    [Fact]
    public void Observations_of_any_shape_are_judged_without_a_fall_and_nothing_passes_that_was_not_seen() => RandomObservation.ForEach(20_000, static look =>
    {
        Around around = Around.Of(look);
        IReadOnlyList<ConsulPetSetCheck> checks = around.Judge();
        Assert.Equal(PetSetChecks.Names.Count, checks.Count);
        Assert.All(checks, static check => Assert.NotEmpty(check.Detail));
        ConsulPetSetCheck of(string name) => checks.Single(check => check.Name == name);
        if (look.Consul is not { FilteredByAcls: false, HasLeader: true })
        {
            Assert.All(new[] { "Quorum", "Voters", "RaftPeers" }, name => Assert.NotEqual(CheckResult.Passed, of(name).Result));
        }

        if (look.Consul is not { Health: not null })
        {
            Assert.All(new[] { "Quorum", "Voters" }, name => Assert.NotEqual(CheckResult.Passed, of(name).Result));
        }

        Assert.True(look.Consul is { HasLeader: true } == (of("Leader").Result == CheckResult.Passed));
        if (look.Consul is { FilteredByAcls: false } consul && consul.Members.Any(static member => member is { IsServer: true, Status: ConsulMemberStatus.Failed }))
        {
            Assert.Equal(CheckResult.Failed, of("Members").Result);
        }

        if (StaleRules.Find(look).Any(static stale => stale.Kind == StalePetKind.RaftPeer) && look.Consul is { FilteredByAcls: false, HasLeader: true })
        {
            Assert.Equal(CheckResult.Failed, of("RaftPeers").Result);
        }
    });

    private static ObservedMember SameId(ObservedMember member) => member with { Tags = new Dictionary<string, string>(member.Tags) { ["id"] = Given.Id("consul-1") } };
}
