using System.Management.Automation;
using System.Text.Json.Nodes;
using ConsulPets.Fakes;

namespace ConsulPets.Tests.Behaviour;

/// <summary>Autopilot, the leader and raft's peers, as a user changes them.</summary>
public sealed class RaftCommandTests
{
    private static readonly string Lost = FakePetSet.IdOf("lost");

    public static TheoryData<string> Commands =>
    [
        "Set-ConsulAutopilot consul @kube -MinQuorum 3",
        "Move-ConsulLeader consul @kube -To consul-2",
        $"Remove-ConsulRaftPeer {Lost} @kube",
    ];

    [Theory]
    [MemberData(nameof(Commands))]
    public async Task WhatIf_writes_nothing_and_tells_the_plan(string command)
    {
        await using FakeShell fake = await WithLostPeer();
        fake.Shell.Ok($"{command} -WhatIf");
        Assert.Empty(fake.Server.Writes);
        Assert.Matches("What if: default/consul\n  1 (set MinQuorum to 3 \\(was 2\\)|move the leader from consul-0 to consul-2 \\(asked for\\)|remove the raft voter .* 4 -> 3 voters, tolerance 0 -> 1)", fake.Shell.Host.Screen);
    }

    [Theory]
    [MemberData(nameof(Commands))]
    public async Task A_no_to_the_question_writes_nothing_and_confirm_false_asks_nothing(string command)
    {
        await using FakeShell fake = await WithLostPeer();
        fake.Shell.Host.Answer = 2; // Yes, Yes to All, No, No to All, Suspend
        fake.Shell.Ok($"{command} -Confirm");
        Assert.Single(fake.Shell.Host.Questions);
        Assert.Empty(fake.Server.Writes);
        fake.Shell.Ok($"{command} -Confirm:$false");
        Assert.Single(fake.Shell.Host.Questions);
        Assert.Single(fake.Server.Writes);
    }

    [Theory]
    [InlineData("Set-ConsulAutopilot consul @kube -MinQuorum 2", "set so already")]
    [InlineData("Move-ConsulLeader consul @kube -To consul-0", "leads already")]
    public async Task What_is_so_already_is_neither_asked_for_nor_written(string command, string verbose)
    {
        await using FakeShell fake = await FakeShell.StartAsync();
        ShellResult result = fake.Shell.Ok($"{command} -PassThru -Confirm -Verbose");
        Assert.Single(result.Output);
        Assert.Contains(result.Verbose, text => text.Contains(verbose, StringComparison.Ordinal));
        Assert.Empty(fake.Shell.Host.Questions);
        Assert.Empty(fake.Server.Writes);
    }

    [Fact]
    public async Task Autopilot_is_one_line_and_each_server_one()
    {
        await using FakeShell fake = await FakeShell.StartAsync();
        string[] lines = Lines(fake.Shell.Show("Get-ConsulAutopilot @kube"));
        Assert.Matches("^PetSet +Healthy +Voters +Tolerance +CleanUp +MinQuorum +LastContact +MaxLogs +Stabilize$", lines[0]);
        Assert.Matches("^consul +yes +3/3 +1 +yes +2 +200ms +250 +10s$", lines[2]);
        string[] servers = Lines(fake.Shell.Show("(Get-ConsulAutopilot @kube).Servers"));
        Assert.Matches("^Name +Healthy +Raft +Member +Version +LastContact +LastIndex +Address$", servers[0]);
        Assert.Matches(@"^consul-0 +yes +leader +alive +1\.21\.4 +0 ms +42 +10\.244\.1\.10:8300$", servers[2]);
        Assert.All(lines.Concat(servers), static line => Assert.True(line.Length <= 100, line));
    }

    [Fact]
    public async Task Autopilot_without_a_leader_is_shown_with_a_warning_and_without_a_verdict()
    {
        await using FakeShell fake = await FakeShell.StartAsync();
        fake.Set.Consul.Leader = null;
        ShellResult result = fake.Shell.Ok("Get-ConsulAutopilot @kube");
        Assert.Contains("no leader", Assert.Single(result.Warnings), StringComparison.Ordinal);
        PSObject autopilot = Assert.Single(result.Output);
        Assert.Null(autopilot.Properties["Healthy"].Value);
        Assert.Equal(2, autopilot.Properties["MinQuorum"].Value);
    }

    [Fact]
    public async Task Only_the_settings_that_are_given_change_and_a_time_is_written_as_Consul_writes_it()
    {
        await using FakeShell fake = await FakeShell.StartAsync();
        PSObject after = fake.Shell.Ok("Get-ConsulPetSet @kube | Set-ConsulAutopilot -LastContactThreshold 1500ms -ServerStabilizationTime 00:00:20 -CleanupDeadServers:$false -PassThru").Output.Single();
        Assert.Equal((TimeSpan.FromSeconds(1.5), TimeSpan.FromSeconds(20), false, 2, 250L), (
            after.Properties["LastContactThreshold"].Value, after.Properties["ServerStabilizationTime"].Value, after.Properties["CleanupDeadServers"].Value,
            after.Properties["MinQuorum"].Value, after.Properties["MaxTrailingLogs"].Value));
        Assert.Single(fake.Server.Writes);
    }

    [Theory]
    [InlineData("10")]
    [InlineData("'10'")]
    [InlineData("2.5")]
    public async Task A_number_without_a_unit_is_no_time(string value)
    {
        await using FakeShell fake = await FakeShell.StartAsync();
        ShellResult result = fake.Shell.Run($"Set-ConsulAutopilot consul @kube -ServerStabilizationTime {value}");
        Assert.Contains("has no unit", result.Errors[0].Exception.Message, StringComparison.Ordinal);
        Assert.Empty(fake.Server.Requests);
    }

    [Theory]
    [InlineData("12s", 12_000)]
    [InlineData("'12s'", 12_000)]
    [InlineData("0s", 0)]
    [InlineData("1500ms", 1_500)]
    [InlineData("1m", 60_000)]
    [InlineData("00:00:12", 12_000)]
    [InlineData("([timespan]::FromSeconds(12))", 12_000)]
    public async Task A_time_may_be_typed_as_Consul_writes_it_or_as_PowerShell_does(string value, int milliseconds)
    {
        await using FakeShell fake = await FakeShell.StartAsync();
        PSObject after = fake.Shell.Ok($"Set-ConsulAutopilot consul @kube -ServerStabilizationTime {value} -PassThru").Output.Single();
        Assert.Equal(TimeSpan.FromMilliseconds(milliseconds), after.Properties["ServerStabilizationTime"].Value);
    }

    [Fact]
    public async Task The_pet_that_leads_afterwards_is_passed_on()
    {
        await using FakeShell fake = await FakeShell.StartAsync();
        Assert.Equal("consul-2", fake.Shell.Ok("(Move-ConsulLeader @kube -To consul-2 -PassThru).Name").Output.Single().ToString());
        Assert.Equal("consul-0", fake.Shell.Ok("(Get-ConsulPetSet consul @kube | Move-ConsulLeader -PassThru).Name").Output.Single().ToString());
    }

    [Fact]
    public async Task Of_all_peers_of_a_pipeline_only_the_dead_one_goes()
    {
        await using FakeShell fake = await WithLostPeer();
        ShellResult result = fake.Shell.Run("Get-ConsulRaftPeer @kube | Remove-ConsulRaftPeer -Confirm:$false -PassThru");
        Assert.Equal(Lost, Assert.Single(result.Output).Properties["NodeId"].Value);
        Assert.Equal(3, result.Errors.Count);
        Assert.All(result.Errors, static error => Assert.StartsWith("RaftPeerIsAlive,", error.FullyQualifiedErrorId, StringComparison.Ordinal));
        Assert.Equal(3, fake.Set.Consul.Peers.Count);
        Assert.Single(fake.Server.Writes);
    }

    [Fact]
    public async Task A_peer_from_the_pipeline_that_is_gone_already_is_no_error()
    {
        await using FakeShell fake = await WithLostPeer();
        PSObject lost = fake.Shell.Ok("Get-ConsulRaftPeer @kube | Where-Object Known -eq $false").Output.Single();
        fake.Set.Consul.Change(static consul => consul.Peers.RemoveAt(3));
        fake.Shell.Ok("$lost | Remove-ConsulRaftPeer -Confirm:$false", ("lost", lost));
        Assert.Empty(fake.Server.Writes);
    }

    public static TheoryData<string, Action<FakeShell>, string, string, ErrorCategory> Faults => new()
    {
        { "no setting", static _ => { }, "Set-ConsulAutopilot consul @kube", "AutopilotValueInvalid", ErrorCategory.InvalidArgument },
        { "a negative minimum", static _ => { }, "Set-ConsulAutopilot consul @kube -MinQuorum -1", "AutopilotValueInvalid", ErrorCategory.InvalidArgument },
        { "a time of zero", static _ => { }, "Set-ConsulAutopilot consul @kube -LastContactThreshold 0s", "AutopilotValueInvalid", ErrorCategory.InvalidArgument },
        { "a minimum above the servers", static _ => { }, "Set-ConsulAutopilot consul @kube -MinQuorum 4", "MinQuorumTooLarge", ErrorCategory.InvalidArgument },
        { "no leader, and a setting", static fake => fake.Set.Consul.Leader = null, "Set-ConsulAutopilot consul @kube -MinQuorum 1", "NoConsulLeader", ErrorCategory.ResourceUnavailable },
        { "a token that may not read autopilot", static fake => fake.Set.Consul.LackedPermissions.Add("operator:read"), "Get-ConsulAutopilot @kube", "ConsulPermissionDenied", ErrorCategory.PermissionDenied },
        { "a token that may not write", static fake => fake.Set.Consul.LackedPermissions.Add("operator:read"), "Set-ConsulAutopilot consul @kube -MinQuorum 1", "ConsulPermissionDenied", ErrorCategory.PermissionDenied },
        { "a set that is not there", static _ => { }, "Set-ConsulAutopilot none-such @kube -MinQuorum 1", "PetSetNotFound", ErrorCategory.ObjectNotFound },
        { "two sets and none named, for autopilot", AddSet, "Set-ConsulAutopilot @kube -MinQuorum 1", "PetSetAmbiguous", ErrorCategory.InvalidArgument },
        { "two sets and none named, for the leader", AddSet, "Move-ConsulLeader @kube", "PetSetAmbiguous", ErrorCategory.InvalidArgument },
        { "two sets and none named, for a peer", AddSet, "Remove-ConsulRaftPeer x @kube -Confirm:$false", "PetSetAmbiguous", ErrorCategory.InvalidArgument },
        { "no set at all", static fake => fake.Set.Cluster.Remove("default", "statefulsets", "consul"), "Move-ConsulLeader @kube", "PetSetNotFound", ErrorCategory.ObjectNotFound },
        { "no pet that answers", static fake => fake.Set.DeadPods.UnionWith(["consul-0", "consul-1", "consul-2"]), "Get-ConsulAutopilot @kube", "ConsulUnreachable", ErrorCategory.ConnectionError },
        { "a pet that is not there", static _ => { }, "Move-ConsulLeader consul @kube -To none-such", "PetNotFound", ErrorCategory.ObjectNotFound },
        { "a sick pet to lead", static fake => fake.Set.Consul.Peers[2] = fake.Set.Consul.Peers[2] with { IsHealthy = false }, "Move-ConsulLeader consul @kube -To consul-2", "PetCannotLead", ErrorCategory.InvalidOperation },
        { "no leader to move", static fake => fake.Set.Consul.Leader = null, "Move-ConsulLeader consul @kube", "NoConsulLeader", ErrorCategory.ResourceUnavailable },
        { "an old Consul", static fake => fake.Set.Consul.Members[1] = fake.Set.Consul.Members[1] with { Build = "1.8.7:abc" }, "Move-ConsulLeader consul @kube", "LeaderTransferUnsupported", ErrorCategory.InvalidOperation },
        { "a peer that is alive", static _ => { }, $"Remove-ConsulRaftPeer {FakePetSet.IdOf("consul-1")} @kube -Confirm:$false", "RaftPeerIsAlive", ErrorCategory.InvalidOperation },
        { "a peer whose pod is away", Lose, $"Remove-ConsulRaftPeer {FakePetSet.IdOf("consul-1")} @kube -Confirm:$false", "RaftPeerIsAPet", ErrorCategory.InvalidOperation },
        { "an ID that raft does not have", static _ => { }, "Remove-ConsulRaftPeer none-such @kube -Confirm:$false", "RaftPeerNotFound", ErrorCategory.ObjectNotFound },
    };

    [Theory]
    [MemberData(nameof(Faults))]
    public async Task Each_fault_has_its_id_category_target_and_advice_and_nothing_is_written(string fault, Action<FakeShell> arrange, string command, string errorId, ErrorCategory category)
    {
        ArgumentNullException.ThrowIfNull(arrange);
        await using FakeShell fake = await FakeShell.StartAsync();
        arrange(fake);
        ShellResult result = fake.Shell.Run(command);
        Assert.True(result.Errors.Count > 0, $"{fault}: no error");
        ErrorRecord error = result.Errors[0];
        Assert.Equal((errorId, category), (result.ErrorId, error.CategoryInfo.Category));
        Assert.NotNull(error.TargetObject);
        Assert.NotEmpty(error.ErrorDetails.RecommendedAction);
        Assert.Matches("[.:)\"]$", error.ErrorDetails.Message.TrimEnd());
        Assert.Empty(fake.Server.Writes);
        Assert.Empty(result.Output);
    }

    [Fact]
    public async Task A_peer_that_was_read_from_a_plain_address_is_refused()
    {
        await using FakeShell fake = await FakeShell.StartAsync();
        PSObject peer = fake.Shell.Ok("Get-ConsulRaftPeer @kube").Output[0];
        peer.BaseObject.GetType().GetProperty("PetSet")!.SetValue(peer.BaseObject, null);
        ShellResult result = fake.Shell.Run("$peer | Remove-ConsulRaftPeer -Confirm:$false", ("peer", peer));
        Assert.Equal("RaftPeerHasNoPetSet", result.ErrorId);
    }

    [Fact]
    public async Task A_configuration_that_somebody_else_changed_while_the_question_stood_is_left_alone()
    {
        await using FakeShell fake = await FakeShell.StartAsync();
        fake.Server.On("PUT", ".*/operator/autopilot/configuration", call =>
        {
            fake.Set.Consul.Change(static consul => (consul.Autopilot["MinQuorum"], consul.Autopilot["ModifyIndex"]) = (1, 9));
            return call.AnswerAsync(200, "false");
        });
        ShellResult result = fake.Shell.Run("Set-ConsulAutopilot consul @kube -MinQuorum 3");
        Assert.Equal(("AutopilotChanged", ErrorCategory.ResourceBusy), (result.ErrorId, result.Errors[0].CategoryInfo.Category));
        Assert.Equal(1, (int)fake.Set.Consul.Autopilot["MinQuorum"]!);
    }

    [Fact]
    public async Task Autopilot_of_a_plain_address_is_read_and_changed_without_Kubernetes()
    {
        await using FakeApiServer server = await FakeApiServer.StartAsync(new FakeApiServerOptions { PlainHttp = true });
        var consul = new FakeConsul { Leader = "one" };
        consul.Members.Add(new FakeMember("vm-1", "10.0.0.1", "one"));
        consul.Peers.Add(new FakePeer("one", "vm-1", "10.0.0.1:8300"));
        server.On("*", "/v1/(?<path>.+)", call => consul.AnswerAsync("vm-1", call["path"], call));
        using var shell = new Shell();
        shell.Set("to", new System.Collections.Hashtable { ["Address"] = server.Address.ToString() });

        PSObject before = shell.Ok("Get-ConsulAutopilot @to").Output.Single();
        Assert.Equal((null, null, true, 1), (before.Properties["PetSet"].Value, before.Properties["Namespace"].Value, before.Properties["Healthy"].Value, before.Properties["Voters"].Value));
        Assert.Equal("MinQuorumTooLarge", shell.Run("Set-ConsulAutopilot @to -MinQuorum 3").ErrorId);
        shell.Ok("Set-ConsulAutopilot @to -MinQuorum 1 -WhatIf");
        Assert.Empty(server.Writes);
        shell.Ok("Set-ConsulAutopilot @to -MinQuorum 1");
        Assert.Equal("?cas=4", Assert.Single(server.Writes).Query);
        Assert.Equal(1, (int)consul.Autopilot["MinQuorum"]!);
        consul.Leader = null;
        Assert.Equal("NoConsulLeader", shell.Run("Set-ConsulAutopilot @to -MinQuorum 0").ErrorId);
    }

    [Theory]
    [InlineData("Move-ConsulLeader consul @kube", "POST", ".*/operator/raft/transfer-leader")]
    [InlineData("Set-ConsulAutopilot consul @kube -MinQuorum 3", "PUT", ".*/operator/autopilot/configuration")]
    public async Task A_right_that_the_account_lacks_is_named(string command, string method, string path)
    {
        await using FakeShell fake = await FakeShell.StartAsync();
        fake.Server.FailNext(1, method, path, 403, KubernetesStatus.Make(403, "Forbidden", "the test says so").ToJsonString());
        ShellResult result = fake.Shell.Run(command);
        Assert.Equal("KubernetesForbidden", result.ErrorId);
        Assert.Contains($"may not {(method == "POST" ? "create" : "update")} pods/proxy", result.Errors[0].ErrorDetails.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_IDs_of_lost_peers_are_completed_and_no_others()
    {
        await using FakeShell fake = await WithLostPeer();
        string line = $"Remove-ConsulRaftPeer -KubeConfig '{fake.Server.KubeConfig}' ";
        string[] completed = [];
        SpinWait.SpinUntil(() => (completed = Complete(fake.Shell, line)).Length > 0, TimeSpan.FromSeconds(10));
        Assert.Equal([Lost], completed);
        string to = $"Move-ConsulLeader -KubeConfig '{fake.Server.KubeConfig}' consul -To ";
        SpinWait.SpinUntil(() => (completed = Complete(fake.Shell, to)).Length == 3, TimeSpan.FromSeconds(10));
        Assert.Equal(["consul-0", "consul-1", "consul-2"], completed);
    }

    private static string[] Complete(Shell shell, string line)
    {
        using PowerShell engine = shell.Create(string.Empty);
        engine.Commands.Clear();
        return [.. CommandCompletion.CompleteInput(line, line.Length, null, engine).CompletionMatches
            .Where(static match => match.ResultType == CompletionResultType.ParameterValue)
            .Select(static match => match.CompletionText)];
    }

    private static async Task<FakeShell> WithLostPeer()
    {
        FakeShell fake = await FakeShell.StartAsync();
        fake.Set.Consul.Peers.Add(new FakePeer(Lost, "(unknown)", "10.244.9.9:8300") { IsHealthy = false });
        return fake;
    }

    private static void AddSet(FakeShell fake)
    {
        JsonObject other = fake.Set.Cluster.Find("default", "statefulsets", "consul")!.DeepClone().AsObject();
        other["metadata"]!["name"] = "other";
        other["metadata"]!["uid"] = "another";
        fake.Set.Cluster.Put("statefulsets", other);
    }

    private static void Lose(FakeShell fake) => fake.Set.Consul.Change(static consul =>
    {
        consul.Peers[1] = consul.Peers[1] with { IsHealthy = false };
        consul.Members[1] = consul.Members[1] with { Status = 4 };
    });

    private static string[] Lines(string screen) => [.. screen.Split('\n').Select(static line => line.TrimEnd()).Where(static line => line.Length > 0)];
}
