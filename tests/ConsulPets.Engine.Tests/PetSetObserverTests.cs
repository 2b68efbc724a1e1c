using ConsulPets.Engine.Consul;

namespace ConsulPets.Engine.Tests;

public class PetSetObserverTests
{
    [Fact]
    public async Task A_healthy_set_is_seen_as_it_is()
    {
        await using Lab lab = await Lab.StartAsync();
        PetSetObservation observation = await lab.ObserveAsync();
        ConsulPetSet set = observation.ToPetSet();
        Assert.Equal((PetSetStatus.Healthy, "", "consul-0", 3, 1, 0), (set.Status, set.Message, set.Leader, set.HealthyVoters, set.FailureTolerance, set.Stale));
        Assert.Equal(["data-consul-0", "data-consul-1", "data-consul-2"], observation.ToPets().Select(static pet => pet.Volume));
        Assert.Equal("secret", lab.Set.Consul.LastToken);
        Assert.Empty(lab.Server.Writes);
    }

    [Theory]
    [InlineData(3)]
    [InlineData(30)]
    public async Task A_look_costs_the_same_number_of_calls_however_many_pets_there_are(int replicas)
    {
        await using Lab lab = await Lab.StartAsync(replicas);
        PetSetObservation observation = await lab.ObserveAsync();
        Assert.Equal(replicas, observation.Pods.Count);
        Assert.Equal(8, lab.Server.Requests.Count); // two lists of workloads, pods, claims; members, leader, raft, health
    }

    [Fact]
    public async Task When_a_pod_is_dead_the_next_one_is_asked()
    {
        await using Lab lab = await Lab.StartAsync();
        lab.Set.DeadPods.UnionWith(["consul-0", "consul-1"]);
        PetSetObservation observation = await lab.ObserveAsync();
        Assert.Equal("consul-2", observation.Consul?.AnsweredBy);
        Assert.Equal(2, lab.Details.Count);
        Assert.All(lab.Details, static detail => Assert.Contains("connection refused", detail, StringComparison.Ordinal));
    }

    [Fact]
    public async Task When_all_are_dead_the_last_failure_is_the_reason()
    {
        await using Lab lab = await Lab.StartAsync();
        lab.Set.DeadPods.UnionWith(["consul-0", "consul-1", "consul-2"]);
        PetSetObservation observation = await lab.ObserveAsync();
        Assert.Null(observation.Consul);
        Assert.Contains("connection refused", observation.ConsulProblem, StringComparison.Ordinal);
        Assert.Equal(PetSetStatus.Unreachable, observation.ToPetSet().Status);
    }

    [Fact]
    public async Task Without_a_leader_the_old_configuration_is_read_and_marked_so()
    {
        await using Lab lab = await Lab.StartAsync();
        lab.Set.Consul.Leader = null;
        PetSetObservation observation = await lab.ObserveAsync();
        Assert.True(observation.Consul!.PeersAreStale);
        Assert.Equal(3, observation.Consul.Peers!.Count);
        Assert.Null(observation.Consul.Leader);
        Assert.Contains("No cluster leader", observation.Consul.Problem, StringComparison.Ordinal);
        Assert.Equal(PetSetStatus.NoLeader, observation.ToPetSet().Status);
    }

    [Fact]
    public async Task An_unhealthy_clusters_report_is_read_though_it_is_a_429()
    {
        await using Lab lab = await Lab.StartAsync();
        lab.Set.Consul.Peers[1] = lab.Set.Consul.Peers[1] with { IsHealthy = false };
        Assert.Equal((2, 0), ((await lab.ObserveAsync()).ToPetSet() is var set ? (set.HealthyVoters, set.FailureTolerance) : default));
    }

    [Fact]
    public async Task A_view_that_ACLs_filtered_says_so()
    {
        await using Lab lab = await Lab.StartAsync();
        lab.Set.Consul.IsFiltered = true;
        Assert.True((await lab.ObserveAsync()).Consul!.FilteredByAcls);
    }

    [Theory]
    [InlineData("consul-0")]
    [InlineData("consul-2")]
    public async Task A_view_is_filtered_when_any_of_its_agents_filtered_it(string filtered)
    {
        // A token that only some agents know (replication is behind), or a view of the WAN pool that is hidden.
        await using Lab lab = await Lab.StartAsync();
        lab.Server.On("GET", $".*/http:{filtered}:8500/proxy/v1/agent/members", static call =>
        {
            call.Context.Response.Headers["X-Consul-Results-Filtered-By-ACLs"] = "true";
            return call.AnswerAsync(200, "[]");
        });
        Assert.True((await lab.ObserveAsync(new ConsulQuestions(Wan: true, EveryAgent: true))).Consul!.FilteredByAcls);
    }

    [Fact]
    public async Task Without_the_right_to_read_raft_the_members_are_seen_all_the_same()
    {
        await using Lab lab = await Lab.StartAsync();
        lab.Set.Consul.LackedPermissions.Add("operator:read");
        PetSetObservation observation = await lab.ObserveAsync();
        Assert.Equal(3, observation.Consul!.Members.Count);
        Assert.Null(observation.Consul.Peers);
        Assert.Contains("operator:read", observation.Consul.Problem, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_account_that_may_not_use_the_proxy_is_told_so_and_no_other_pod_is_tried()
    {
        await using Lab lab = await Lab.StartAsync();
        lab.Set.ProxyIsForbidden = true;
        ConsulPetsException exception = await Lab.FailsAsync("KubernetesForbidden", () => lab.ObserveAsync());
        Assert.Contains("get pods/proxy", exception.Message, StringComparison.Ordinal);
        Assert.All(lab.Server.Requests.Where(static request => request.Path.Contains("/proxy/", StringComparison.Ordinal)), static request => Assert.Contains("consul-0", request.Path, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_member_with_another_name_and_address_is_found_by_asking_only_the_pod_that_nobody_fits()
    {
        await using Lab lab = await Lab.StartAsync();
        lab.Set.Rename("consul-1", "blue", "172.18.0.7");
        PetSetObservation observation = await lab.ObserveAsync();
        Assert.Equal([null, "blue", null], observation.Pods.Select(pod => new PetJoin(observation).Member(pod)!.Name is var name && name == pod.Name ? null : name));
        Assert.Equal(["consul-1"], lab.Server.Requests.Where(static request => request.Path.EndsWith("/v1/agent/self", StringComparison.Ordinal)).Select(static request => request.Path.Split(':')[1]));
    }

    [Fact]
    public async Task No_pod_is_asked_for_its_ID_while_every_member_has_its_pod()
    {
        await using Lab lab = await Lab.StartAsync();
        lab.Set.Consul.Members.RemoveAt(1);
        Assert.Null((await lab.ObserveAsync()).Pods[1].AgentNodeId);
        Assert.DoesNotContain(lab.Server.Requests, static request => request.Path.EndsWith("/v1/agent/self", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("answers", false)]
    [InlineData("is dead", false)]
    [InlineData("may not be asked", true)]
    public async Task A_pod_that_was_just_replaced_is_not_taken_for_the_member_that_gossip_still_calls_alive(string agent, bool isJoined)
    {
        await using Lab lab = await Lab.StartAsync();
        lab.Set.Cluster.Change("default", "pods", "consul-1", static pod => pod["status"]!["podIP"] = "10.244.7.7");
        lab.Set.Consul.NodeIds["consul-1"] = "new-id";
        if (agent == "is dead")
        {
            lab.Set.DeadPods.Add("consul-1");
        }
        else if (agent == "may not be asked")
        {
            lab.Set.Consul.LackedPermissions.Add("agent:read");
        }

        PetSetObservation observation = await lab.ObserveAsync();
        Assert.Equal(isJoined, new PetJoin(observation).Member(observation.Pods[1]) is not null);
        Assert.Equal(["consul-1"], lab.Server.Requests.Where(static request => request.Path.EndsWith("/v1/agent/self", StringComparison.Ordinal)).Select(static request => request.Path.Split(':')[1]));
    }

    [Fact]
    public async Task Every_agents_view_is_folded_into_one()
    {
        await using Lab lab = await Lab.StartAsync();
        lab.Set.Consul.Views["consul-2"] = [.. lab.Set.Consul.Members, new FakeMember("consul-7", "10.1.1.7", "seven", 3)];
        Assert.DoesNotContain((await lab.ObserveAsync()).Consul!.Members, static member => member.Name == "consul-7");
        PetSetObservation all = await lab.ObserveAsync(new ConsulQuestions(Wan: true, EveryAgent: true));
        Assert.Contains(all.Consul!.Members, static member => member.Name == "consul-7");
        Assert.Equal(3, all.Consul.WanMembers!.Count);
    }

    [Fact]
    public async Task Pods_of_another_owner_with_the_same_labels_are_not_the_sets()
    {
        await using Lab lab = await Lab.StartAsync();
        System.Text.Json.Nodes.JsonObject other = lab.Set.Cluster.Find("default", "pods", "consul-0")!;
        other["metadata"]!["name"] = "consul-9";
        other["metadata"]!["ownerReferences"]![0]!["uid"] = "another";
        lab.Set.Cluster.Put("pods", other);
        Assert.DoesNotContain((await lab.ObserveAsync()).Pods, static pod => pod.Name == "consul-9");
    }

    [Fact]
    public async Task A_set_that_is_not_there_is_not_found()
    {
        await using Lab lab = await Lab.StartAsync();
        ConsulPetsException exception = await Lab.FailsAsync("PetSetNotFound", () => lab.Observer.GetWorkloadAsync("default", "nobody", Lab.Token));
        Assert.Equal("default/nobody", exception.Target);
    }

    [Fact]
    public void Ready_pods_are_asked_first_and_the_oldest_of_them_before_all()
    {
        static ObservedPod pod(string name, bool ready, bool deleting, int age, bool running = true) => new()
        {
            Name = name,
            Uid = name,
            Phase = "Running",
            Ready = ready,
            Running = running,
            Deleting = deleting,
            Image = "consul",
            ConsulPort = new ConsulPort("http", 8500),
            Created = DateTimeOffset.UnixEpoch.AddDays(-age),
        };
        Assert.Equal(["old", "young", "unready", "ending"], PetSetObserver.AskingOrder(
            [pod("ending", false, true, 9), pod("waiting", false, false, 9, running: false), pod("unready", false, false, 8), pod("young", true, false, 1), pod("old", true, false, 5)]).Select(static item => item.Name));
    }
}
