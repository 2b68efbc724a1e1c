using System.Text.Json.Nodes;
using ConsulPets.Engine.Executing;
using ConsulPets.Planning;

namespace ConsulPets.Engine.Tests;

public class OperationWriterTests
{
    private static readonly OperationState State = new() { Kind = RollingKind.Update, Run = "run", Written = new WorkloadShape(3, 0, false, "abc") };

    [Theory]
    [InlineData(RollingStepKind.AnnotateOperation, null, null)]
    [InlineData(RollingStepKind.FreezePartition, 3, """{"updateStrategy":{"type":"RollingUpdate","rollingUpdate":{"partition":3}}}""")]
    [InlineData(RollingStepKind.SetPartition, 0, """{"updateStrategy":{"type":"RollingUpdate","rollingUpdate":{"partition":0}}}""")]
    [InlineData(RollingStepKind.SetOnDelete, null, """{"updateStrategy":{"type":"OnDelete","rollingUpdate":null}}""")]
    [InlineData(RollingStepKind.SetReplicas, 4, """{"replicas":4}""")]
    [InlineData(RollingStepKind.WriteTemplate, null, """{"template":{"spec":{}}}""")]
    public async Task A_change_and_the_operations_state_are_one_request_against_what_was_seen(RollingStepKind kind, int? number, string? spec)
    {
        await using Lab lab = await Lab.StartAsync();
        JsonObject patch = new OperationWriter(lab.Observer, new PreparedTemplate(JsonNode.Parse("""{"spec":{}}""")!.AsObject(), "abc", null, []))
            .Patch(new RollingStep(kind, "consul", "why") { Number = number, State = State }, PetSetKind.StatefulSet, "17");
        Assert.Equal(spec, patch["spec"]?.ToJsonString());
        Assert.Equal("17", (string?)patch["metadata"]!["resourceVersion"]);
        Assert.Equal(OperationAnnotation.Write(State), (string?)patch["metadata"]!["annotations"]![OperationAnnotation.Name]);
    }

    /// <summary>Pruning goes by gossip, and an agent that it did not reach would keep the member.</summary>
    [Fact]
    public async Task Every_agent_is_told_to_forget_a_server_that_is_gone()
    {
        await using Lab lab = await Lab.StartAsync();
        FakeMember gone = lab.Set.AddStaleMember(3);
        lab.Set.Consul.Views["consul-2"] = [.. lab.Set.Consul.Members];
        var looks = new OperationObserver(lab.Observer, RollingKind.Resize);
        (OperationObservation look, string version) = await looks.ObserveAsync(await lab.WorkloadAsync(), Lab.Token);
        var step = new RollingStep(RollingStepKind.ForceLeave, "consul-3", "why") { Id = gone.NodeId };
        Assert.True(await new OperationWriter(lab.Observer).WriteAsync(step, look, version, Lab.Token));
        Assert.DoesNotContain(gone, lab.Set.Consul.Views["consul-2"].Concat(lab.Set.Consul.Members));

        (look, _) = await looks.ObserveAsync(await lab.WorkloadAsync(), Lab.Token);
        Assert.False(await new OperationWriter(lab.Observer).WriteAsync(step, look, version, Lab.Token));
    }

    [Fact]
    public async Task A_pet_that_is_called_leaving_joins_by_way_of_who_calls_it_so()
    {
        await using Lab lab = await Lab.StartAsync();
        lab.Set.Consul.Change(static consul => consul.Members[2] = consul.Members[2] with { Status = 2 });
        (OperationObservation look, string version) = await new OperationObserver(lab.Observer, RollingKind.Restart).ObserveAsync(await lab.WorkloadAsync(), Lab.Token);
        Assert.Equal(["consul-2"], look.Set.Consul!.LeavingToLeader);
        string witness = look.Set.Consul!.Members.Single(member => member.Name == look.Set.Consul.AnsweredBy).Address;
        Assert.True(await new OperationWriter(lab.Observer).WriteAsync(new RollingStep(RollingStepKind.JoinGossip, "consul-2", "why"), look, version, Lab.Token));
        Assert.Contains(lab.Server.Requests, request => request.Method == "PUT" && request.Path.Contains("consul-2:", StringComparison.Ordinal) && request.Path.EndsWith($"/v1/agent/join/{witness}:8301", StringComparison.Ordinal));
        Assert.Equal(1, lab.Set.Consul.Members[2].Status);
    }

    /// <summary>One agent alone may have forgotten what the others still list.</summary>
    [Theory]
    [InlineData(RollingKind.Resize)]
    [InlineData(RollingKind.Suspend)]
    public async Task Where_servers_are_given_up_every_agent_is_asked_for_its_members(RollingKind kind)
    {
        await using Lab lab = await Lab.StartAsync();
        lab.Set.Consul.Views["consul-2"] = [.. lab.Set.Consul.Members, new FakeMember("consul-3", "10.1.1.7", "gone", 3)];
        (OperationObservation look, _) = await new OperationObserver(lab.Observer, kind).ObserveAsync(await lab.WorkloadAsync(), Lab.Token);
        Assert.Contains(look.Set.Consul!.Members, static member => member.Name == "consul-3");
    }

    [Fact]
    public async Task A_daemon_set_is_given_no_partition()
    {
        await using Lab lab = await Lab.StartAsync();
        JsonObject patch = new OperationWriter(lab.Observer).Patch(new RollingStep(RollingStepKind.SetPartition, "consul", "why") { Number = 0, State = State }, PetSetKind.DaemonSet, "17");
        Assert.Equal("""{"updateStrategy":{"type":"RollingUpdate"}}""", patch["spec"]!.ToJsonString());
    }

    [Fact]
    public async Task A_release_takes_the_annotation_away_and_changes_nothing_else()
    {
        await using Lab lab = await Lab.StartAsync();
        JsonObject patch = new OperationWriter(lab.Observer).Patch(new RollingStep(RollingStepKind.ReleaseOperation, "consul", "why"), PetSetKind.StatefulSet, "17");
        Assert.Equal("""{"metadata":{"resourceVersion":"17","annotations":{"consulpets.io/operation":null}}}""", patch.ToJsonString());
    }
}
