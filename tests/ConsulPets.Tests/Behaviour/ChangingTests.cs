using System.Diagnostics;
using System.Management.Automation;
using ConsulPets.Fakes;

namespace ConsulPets.Tests.Behaviour;

/// <summary>How the cmdlets that change something ask, go on and stop.</summary>
public sealed class ChangingTests
{
    public static TheoryData<string> Commands =>
    [
        "New-ConsulPetSet other @kube",
        "Restart-ConsulPet consul-1 @kube",
        "Remove-ConsulPetSet consul @kube -PurgeVolumes",
        "Find-StalePet @kube -IntervalSeconds 2 | Remove-StalePet -IncludeVolume",
    ];

    [Theory]
    [MemberData(nameof(Commands))]
    public async Task WhatIf_writes_nothing_and_tells_the_plan(string command)
    {
        await using FakeShell fake = await WithLeftovers();
        fake.Shell.Ok($"{command} -WhatIf");
        Assert.Empty(fake.Server.Writes);
        Assert.Contains("What if: default/", fake.Shell.Host.Screen, StringComparison.Ordinal);
        Assert.Contains("\n  1 ", fake.Shell.Host.Screen, StringComparison.Ordinal);
        Assert.Empty(fake.Shell.Host.Questions);
    }

    [Theory]
    [MemberData(nameof(Commands))]
    public async Task A_no_to_the_question_writes_nothing(string command)
    {
        await using FakeShell fake = await WithLeftovers();
        fake.Shell.Host.Answer = 2; // Yes, Yes to All, No, No to All, Suspend
        fake.Shell.Ok($"{command} -Confirm");
        Assert.NotEmpty(fake.Shell.Host.Questions);
        Assert.Empty(fake.Server.Writes);
    }

    [Theory]
    [MemberData(nameof(Commands))]
    public async Task Confirm_false_alone_asks_nothing_and_writes(string command)
    {
        await using FakeShell fake = await WithLeftovers();
        fake.Shell.Ok($"{command} -Confirm:$false");
        Assert.Empty(fake.Shell.Host.Questions);
        Assert.NotEmpty(fake.Server.Writes);
    }

    [Fact]
    public async Task What_takes_a_server_down_or_removes_asks_without_being_told_to()
    {
        await using FakeShell fake = await WithLeftovers();
        fake.Shell.Host.Answer = 2;
        fake.Shell.Ok("Restart-ConsulPet consul-1 @kube");
        fake.Shell.Ok("Remove-ConsulPetSet consul @kube");
        Assert.Equal(2, fake.Shell.Host.Questions.Count);
        Assert.Empty(fake.Server.Writes);
    }

    [Fact]
    public async Task Purging_the_data_of_an_earlier_set_asks_unless_it_was_answered()
    {
        await using FakeShell fake = await FakeShell.StartAsync();
        fake.Set.RemakesPods = false;
        fake.Set.Cluster.Remove("default", "statefulsets", "consul");
        fake.Shell.Host.Answer = 1; // Yes, No
        fake.Shell.Ok("New-ConsulPetSet consul @kube -PurgeVolumes");
        Assert.Contains("data-consul-0", Assert.Single(fake.Shell.Host.Questions), StringComparison.Ordinal);
        Assert.Empty(fake.Server.Writes);

        fake.Shell.Ok("New-ConsulPetSet consul @kube -PurgeVolumes -Confirm:$false");
        Assert.Equal(3, fake.Server.Writes.Count(static write => write is { Method: "DELETE" } && write.Path.Contains("persistentvolumeclaims", StringComparison.Ordinal)));
        Assert.Single(fake.Shell.Host.Questions);
    }

    [Fact]
    public async Task Only_what_is_stale_is_removed_and_one_set_by_pipeline_needs_no_parameter_twice()
    {
        await using FakeShell fake = await FakeShell.StartAsync();
        fake.Set.AddStaleMember(7, isPeer: true);
        fake.Shell.Ok("Get-ConsulPetSet @kube | Find-StalePet -IntervalSeconds 2 | Remove-StalePet -Confirm:$false");
        Assert.DoesNotContain(fake.Set.Consul.Members, static member => member.Name == "consul-7");
        Assert.Equal(3, fake.Set.Consul.Members.Count);
        Assert.Equal(3, fake.Set.Consul.Peers.Count);
        Assert.All(fake.Server.Writes, static write => Assert.EndsWith("/proxy/v1/agent/force-leave/consul-7", write.Path, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_volume_goes_only_when_it_is_asked_for()
    {
        await using FakeShell fake = await FakeShell.StartAsync();
        fake.Set.AddClaim(4);
        ShellResult result = fake.Shell.Ok("Find-StalePet @kube -IntervalSeconds 2 | Remove-StalePet -Confirm:$false");
        Assert.Contains("-IncludeVolume", Assert.Single(result.Warnings), StringComparison.Ordinal);
        Assert.Empty(fake.Server.Writes);
        fake.Shell.Ok("Find-StalePet @kube -IntervalSeconds 2 | Remove-StalePet -IncludeVolume -Confirm:$false");
        Assert.Equal("/api/v1/namespaces/default/persistentvolumeclaims/data-consul-4", Assert.Single(fake.Server.Writes).Path);
    }

    [Fact]
    public async Task A_wait_shows_what_it_waits_for_and_completes_its_progress()
    {
        await using FakeShell fake = await FakeShell.StartAsync();
        fake.Set.Consul.Leader = null;
        using PowerShell waiting = fake.Shell.Create("Wait-ConsulPetSet consul @kube -For Leader");
        IAsyncResult run = waiting.BeginInvoke();
        Assert.True(SpinWait.SpinUntil(() => fake.Shell.Host.Progress.Count > 0, TimeSpan.FromSeconds(20)));
        Assert.Contains("no leader", fake.Shell.Host.Progress[0].StatusDescription, StringComparison.Ordinal);
        fake.Set.Consul.Change(static consul => consul.Leader = consul.Peers[0].NodeId);
        waiting.EndInvoke(run);
        Assert.Equal(ProgressRecordType.Completed, fake.Shell.Host.Progress[^1].RecordType);
    }

    [Theory]
    [InlineData("Wait-ConsulPetSet consul @kube -For Leader")]
    [InlineData("Get-ConsulPetSet @kube")]
    [InlineData("Find-StalePet @kube -IntervalSeconds 600")]
    [InlineData("Restart-ConsulPet consul-1 @kube -Confirm:$false")]
    [InlineData("New-ConsulPetSet other @kube -Confirm:$false")]
    public async Task Ctrl_C_ends_it_within_a_second_and_nothing_is_sent_afterwards(string command)
    {
        await using FakeShell fake = await FakeShell.StartAsync();
        var never = new TaskCompletionSource();
        bool waitsByItself = command.StartsWith("Wait", StringComparison.Ordinal) || command.StartsWith("Find", StringComparison.Ordinal);
        fake.Set.AddClaim(4);
        if (waitsByItself)
        {
            fake.Set.Consul.Leader = command.StartsWith("Wait", StringComparison.Ordinal) ? null : fake.Set.Consul.Leader;
        }
        else
        {
            fake.Server.Delay("*", "/apis/policy|.*/eviction|.*/agent/members", never.Task);
        }

        using PowerShell running = fake.Shell.Create(command);
        running.BeginInvoke();
        await fake.Server.ReceivedAsync(request => waitsByItself
            ? request.Path.EndsWith("/agent/members", StringComparison.Ordinal)
            : System.Text.RegularExpressions.Regex.IsMatch(request.Path, "/apis/policy$|/eviction$|/agent/members$"));
        long stopped = Stopwatch.GetTimestamp();
        running.Stop();
        TimeSpan took = Stopwatch.GetElapsedTime(stopped);
        Assert.True(took < TimeSpan.FromSeconds(1), $"Stop() took {took}");
        int sent = fake.Server.Requests.Count;
        never.SetResult();

        // The session is free for the next command, and the stopped one sends nothing behind its back.
        fake.Shell.Ok("Get-ConsulPetSet -KubeConfig $other", ("other", fake.Server.KubeConfig));
        Assert.DoesNotContain(fake.Server.Requests.Skip(sent), static request => request.IsWrite);
        Assert.Empty(fake.Server.Writes);
    }

    [Fact]
    public async Task An_error_that_stops_the_script_leaves_no_later_request()
    {
        await using FakeShell fake = await FakeShell.StartAsync();
        fake.Shell.Run("Restart-ConsulPet none-such, consul-1 @kube -PetSet consul -Confirm:$false -ErrorAction Stop");
        Assert.Empty(fake.Server.Writes);
    }

    [Fact]
    public async Task Select_first_ends_the_listing_early()
    {
        await using FakeShell fake = await FakeShell.StartAsync();
        Assert.Single(fake.Shell.Ok("Get-ConsulPet @kube | ForEach-Object { $_; break }").Output);
    }

    private static async Task<FakeShell> WithLeftovers()
    {
        FakeShell fake = await FakeShell.StartAsync();
        fake.Set.AddStaleMember(5);
        fake.Set.AddClaim(5);
        return fake;
    }
}
