using System.Management.Automation;
using System.Text.Json.Nodes;
using ConsulPets.Fakes;

namespace ConsulPets.Tests.Behaviour;

/// <summary>Resize, suspend and resume as a user has them: what is asked, told and refused. That they work is tested on clusters.</summary>
public sealed class ResizeConsulPetSetTests
{
    public static TheoryData<string, Action<FakeShell>, string, string, ErrorCategory, string> Refused => new()
    {
        { "none", static _ => { }, "Resize-ConsulPetSet consul 0", "InvalidArgument", ErrorCategory.InvalidArgument, "Suspend-ConsulPetSet consul" },
        { "an even number", static _ => { }, "Resize-ConsulPetSet consul 4", "EvenReplicas", ErrorCategory.InvalidArgument, "-Force" },
        { "a suspended set", Suspend, "Resize-ConsulPetSet consul 3", "PetSetIsSuspended", ErrorCategory.InvalidOperation, "Resume-ConsulPetSet consul" },
        { "a size that nobody knows", Suspend, "Resume-ConsulPetSet consul", "SizeUnknown", ErrorCategory.InvalidArgument, "-Replicas" },
        { "another size than was remembered", static fake => { Suspend(fake); Mark(fake, "Suspend", 3, 0); }, "Resume-ConsulPetSet consul -Replicas 5", "SuspendedSizeDiffers", ErrorCategory.InvalidArgument, "Resize-ConsulPetSet consul 5" },
        { "a server that does not say whether it leaves, suspend", static fake => fake.Set.Consul.LackedPermissions.Add("agent:read"), "Suspend-ConsulPetSet consul", "LeavingUnknown", ErrorCategory.InvalidOperation, "agent:read" },
        { "one server that stays in raft", static fake => fake.Set.Consul.StayingPods.Add("consul-1"), "Resize-ConsulPetSet consul 1", "QuorumWouldBeLost", ErrorCategory.InvalidOperation, "leave_on_terminate" },
        { "a server that does not say whether it leaves", static fake => fake.Set.Consul.LackedPermissions.Add("agent:read"), "Resize-ConsulPetSet consul 1", "QuorumWouldBeLost", ErrorCategory.InvalidOperation, "leave_on_terminate" },
        { "no leader, resize", static fake => fake.Set.Consul.Leader = null, "Resize-ConsulPetSet consul 5", "NoConsulLeader", ErrorCategory.ResourceUnavailable, "Wait-ConsulPetSet" },
        { "no leader, suspend", static fake => fake.Set.Consul.Leader = null, "Suspend-ConsulPetSet consul", "NoConsulLeader", ErrorCategory.ResourceUnavailable, "Wait-ConsulPetSet" },
        { "another operation", static fake => Mark(fake, "Resize", 3, 5), "Suspend-ConsulPetSet consul", "OperationInProgress", ErrorCategory.ResourceBusy, "finish" },
    };

    [Theory]
    [MemberData(nameof(Refused))]
    public async Task What_cannot_be_is_refused_with_the_way_out_and_nothing_is_written(string what, Action<FakeShell> make, string command, string id, ErrorCategory category, string action)
    {
        await using FakeShell fake = await FakeShell.StartAsync();
        make(fake);
        foreach (string mode in (string[])["-Confirm:$false", "-WhatIf"])
        {
            ShellResult result = fake.Shell.Run($"{command} @kube {mode}");
            Assert.Equal((what, id), (what, result.ErrorId));
            Assert.Equal(category, result.Errors[0].CategoryInfo.Category);
            Assert.Contains(action, result.Errors[0].ErrorDetails.RecommendedAction, StringComparison.Ordinal);
        }

        Assert.Empty(fake.Server.Writes);
    }

    [Theory]
    [InlineData("", false)]
    [InlineData("-VolumePolicy Delete", true)]
    public async Task The_claims_that_go_are_named_in_the_question_and_in_the_outline(string policy, bool named)
    {
        await using FakeShell fake = await FakeShell.StartAsync();
        fake.Shell.Ok($"Resize-ConsulPetSet consul 1 {policy} @kube -WhatIf");
        foreach (string claim in (string[])["data-consul-1", "data-consul-2"])
        {
            Assert.Equal(named, fake.Shell.Host.Screen.Contains($"delete the volume claim and its data {claim}", StringComparison.Ordinal));
        }

        Assert.DoesNotContain("data-consul-0", fake.Shell.Host.Screen, StringComparison.Ordinal);
        fake.Shell.Host.Answer = 2; // Yes, Yes to All, No, No to All, Suspend
        fake.Shell.Ok($"Resize-ConsulPetSet consul 1 {policy} @kube");
        string question = Assert.Single(fake.Shell.Host.Questions);
        Assert.Contains("Resize default/consul to 1 pet", question, StringComparison.Ordinal);
        Assert.All(["data-consul-1", "data-consul-2"], claim => Assert.Equal(named, question.Contains(claim, StringComparison.Ordinal)));
        Assert.Empty(fake.Server.Writes);
    }

    [Fact]
    public async Task The_outline_tells_voters_and_tolerance_and_writes_nothing()
    {
        await using FakeShell fake = await FakeShell.StartAsync();
        fake.Shell.Ok("Resize-ConsulPetSet consul 5 @kube -WhatIf");
        Assert.Matches(@"What if: default/consul\n  1 start consul-3 .*3 -> 4 voters, tolerance 1\n  2 start consul-4 .*4 -> 5 voters, tolerance 1 -> 2\n  3 set MinQuorum to 3 for consul", fake.Shell.Host.Screen);
        Assert.Empty(fake.Server.Writes);
    }

    [Theory]
    [InlineData(false, "stop consul-2", "stop consul-0")]
    [InlineData(true, "stop all pets of consul", "together")]
    public async Task Whether_the_servers_leave_decides_on_how_they_are_suspended(bool stays, string first, string more)
    {
        await using FakeShell fake = await FakeShell.StartAsync();
        if (stays)
        {
            fake.Set.Consul.StayingPods.Add("consul-1");
        }

        fake.Shell.Ok("Suspend-ConsulPetSet consul @kube -WhatIf");
        Assert.Contains($"  1 {first}", fake.Shell.Host.Screen, StringComparison.Ordinal);
        Assert.Contains(more, fake.Shell.Host.Screen, StringComparison.Ordinal);
        Assert.Empty(fake.Server.Writes);
    }

    [Theory]
    [InlineData("Resize-ConsulPetSet consul 5")]
    [InlineData("Suspend-ConsulPetSet consul")]
    [InlineData("Resume-ConsulPetSet consul -Confirm")]
    public async Task A_no_to_the_question_changes_nothing(string command)
    {
        await using FakeShell fake = await FakeShell.StartAsync();
        if (command.StartsWith("Resume", StringComparison.Ordinal))
        {
            Suspend(fake);
            Mark(fake, "Suspend", 3, 0);
        }

        fake.Shell.Host.Answer = 2; // Yes, Yes to All, No, No to All, Suspend
        fake.Shell.Ok($"{command} @kube");
        Assert.Single(fake.Shell.Host.Questions);
        Assert.Empty(fake.Server.Writes);
    }

    [Theory]
    [InlineData("")]
    [InlineData("-Replicas 3")]
    public async Task What_was_suspended_comes_back_to_the_size_that_was_remembered(string more)
    {
        await using FakeShell fake = await FakeShell.StartAsync();
        Suspend(fake);
        Mark(fake, "Suspend", 3, 0);
        fake.Shell.Ok($"Resume-ConsulPetSet consul {more} @kube -WhatIf");
        Assert.Contains("start consul-2", fake.Shell.Host.Screen, StringComparison.Ordinal);
        Assert.DoesNotContain("start consul-3", fake.Shell.Host.Screen, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Resize-ConsulPetSet consul 3", "Healthy")]
    [InlineData("Get-ConsulPetSet consul @kube | Resize-ConsulPetSet -Replicas 3", "Healthy")]
    [InlineData("Resume-ConsulPetSet consul", "Healthy")]
    [InlineData("Suspend-ConsulPetSet consul", "Suspended")]
    public async Task What_is_so_already_is_neither_asked_for_nor_written(string command, string status)
    {
        await using FakeShell fake = await FakeShell.StartAsync();
        if (status == "Suspended")
        {
            Suspend(fake);
        }

        ShellResult result = fake.Shell.Ok($"{command} @kube -PassThru -Verbose");
        Assert.Equal(status, Assert.Single(result.Output).Properties["Status"].Value.ToString());
        Assert.Empty(fake.Shell.Host.Questions);
        Assert.Empty(fake.Server.Writes);
    }

    private static void Suspend(FakeShell fake)
    {
        fake.Set.RemakesPods = false;
        for (int ordinal = 0; ordinal < 3; ordinal++)
        {
            fake.Set.Cluster.Remove("default", "pods", fake.Set.PodName(ordinal));
        }

        fake.Set.Cluster.Change("default", "statefulsets", "consul", static set => set["spec"]!["replicas"] = 0);
    }

    private static void Mark(FakeShell fake, string kind, int from, int to) => fake.Set.Cluster.Change("default", "statefulsets", "consul", set =>
    {
        int replicas = (int)set["spec"]!["replicas"]!;
        set["metadata"]!["annotations"] = new JsonObject
        {
            ["consulpets.io/operation"] = $$"""{"kind":"{{kind}}","run":"earlier","written":{"replicas":{{replicas}},"partition":0,"onDelete":false,"templateHash":"x"},"fromReplicas":{{from}},"targetReplicas":{{to}},"leavesGracefully":true}""",
        };
    });
}
