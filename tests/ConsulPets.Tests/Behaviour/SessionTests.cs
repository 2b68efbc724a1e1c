using System.Management.Automation;
using ConsulPets.Fakes;

namespace ConsulPets.Tests.Behaviour;

/// <summary>Sessions: who goes by them, and who does not.</summary>
public class SessionTests
{
    [Fact]
    public async Task A_session_is_the_default_of_what_only_reads()
    {
        await using FakeShell fake = await FakeShell.StartAsync();
        PSObject session = fake.Shell.Ok("Connect-ConsulPetSet consul @kube").Output.Single();
        Assert.Equal(
            ("consul", "default", "ApiProxy", "dc1", "False", "True"),
            (Text(session, "PetSet"), Text(session, "Namespace"), Text(session, "Via"), Text(session, "Datacenter"), Text(session, "HasToken"), Text(session, "IsOpen")));
        foreach (string command in new[]
        {
            "Get-ConsulMember", "Get-ConsulPet", "Get-ConsulRaftPeer", "Get-ConsulAutopilot", "Get-ConsulPetSet", "Get-ConsulPetEndpoint", "Test-ConsulPetSet", "Test-ConsulQuorum", "Wait-ConsulPetSet",
            "Find-StalePet -IntervalSeconds 2",
        })
        {
            fake.Shell.Ok(command);
            fake.Shell.Ok($"{command} -Session $session", ("session", session));
        }

        Assert.Matches("^consul-[012]$", Text(fake.Shell.Ok("Get-ConsulSession").Output.Single(), "Pet"));
    }

    [Theory]
    [InlineData("Restart-ConsulPetSet")]
    [InlineData("Suspend-ConsulPetSet")]
    [InlineData("Resize-ConsulPetSet -Replicas 5")]
    [InlineData("Update-ConsulPetSet -Image x:1")]
    [InlineData("Remove-ConsulPetSet")]
    public async Task What_changes_a_running_set_takes_it_from_a_session_only_when_told(string command)
    {
        await using FakeShell fake = await FakeShell.StartAsync();
        PSObject session = fake.Shell.Ok("Connect-ConsulPetSet consul @kube").Output.Single();
        ShellResult result = fake.Shell.Run($"{command} -WhatIf");
        Assert.Equal(("PetSetNotNamed", ErrorCategory.InvalidArgument), (result.ErrorId, result.Errors[0].CategoryInfo.Category));
        fake.Shell.Ok($"{command} -WhatIf -Session $session", ("session", session));
        fake.Shell.Ok("Disconnect-ConsulPetSet");
        Assert.Equal("PetSetNotNamed", fake.Shell.Run($"{command} -WhatIf").ErrorId);
    }

    [Fact]
    public async Task A_sessions_token_is_sent_with_every_request_for_its_set_unless_the_command_has_its_own()
    {
        await using FakeShell fake = await FakeShell.StartAsync();
        fake.Shell.Set("mine", Secret("mine"));
        fake.Shell.Set("other", Secret("other"));
        PSObject session = fake.Shell.Ok("Connect-ConsulPetSet consul @kube -Token $mine").Output.Single();
        Assert.Equal("True", Text(session, "HasToken"));
        Assert.Equal("mine", fake.Set.Consul.LastToken);
        fake.Shell.Ok("Get-ConsulMember -PetSet consul @kube -Token $other");
        Assert.Equal("other", fake.Set.Consul.LastToken);
        fake.Shell.Ok("Get-ConsulMember -PetSet consul @kube");
        Assert.Equal("mine", fake.Set.Consul.LastToken);
        fake.Shell.Ok("Disconnect-ConsulPetSet");
        fake.Shell.Ok("Get-ConsulMember -PetSet consul @kube");
        Assert.Null(fake.Set.Consul.LastToken);
        Assert.DoesNotContain("mine", fake.Shell.Show("$session | Format-List *", ("session", session)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Another_runspace_goes_by_a_session_only_when_it_is_given_it()
    {
        await using FakeShell fake = await FakeShell.StartAsync();
        fake.Shell.Set("mine", Secret("mine"));
        PSObject session = fake.Shell.Ok("Connect-ConsulPetSet consul @kube -Token $mine").Output.Single();
        using var other = new Shell(kubeConfig: fake.Server.KubeConfig);
        Assert.Empty(other.Ok("Get-ConsulSession").Output);
        other.Ok("Get-ConsulMember -PetSet consul @kube");
        Assert.Null(fake.Set.Consul.LastToken);
        other.Ok("Get-ConsulMember -Session $session", ("session", session));
        Assert.Equal("mine", fake.Set.Consul.LastToken);
    }

    [Fact]
    public async Task The_latest_of_several_counts_and_what_is_named_wins()
    {
        await using FakeShell one = await FakeShell.StartAsync();
        await using FakeShell two = await FakeShell.StartAsync(replicas: 5);
        PSObject first = one.Shell.Ok("Connect-ConsulPetSet consul @kube").Output.Single();
        one.Shell.Ok("Connect-ConsulPetSet consul -KubeConfig $config", ("config", two.Server.KubeConfig));
        Assert.Equal(5, one.Shell.Ok("Get-ConsulPet").Output.Count);
        Assert.Equal(3, one.Shell.Ok("Get-ConsulPet @kube").Output.Count);
        Assert.Equal(3, one.Shell.Ok("Get-ConsulPet -Session $first", ("first", first)).Output.Count);
        Assert.Equal(3, one.Shell.Ok("$first | Get-ConsulPet", ("first", first)).Output.Count);
        Assert.Equal([3, 5], one.Shell.Ok("Get-ConsulSession | ForEach-Object { @($_ | Get-ConsulPet).Count }").Output.Select(static count => (int)count.BaseObject));
        one.Shell.Ok("Disconnect-ConsulPetSet");
        Assert.Equal(3, one.Shell.Ok("Get-ConsulPet").Output.Count);
    }

    [Fact]
    public async Task What_is_closed_serves_nobody_and_is_closed_once()
    {
        await using FakeShell fake = await FakeShell.StartAsync();
        fake.Shell.Ok("$sessions = 1..3 | ForEach-Object { Connect-ConsulPetSet consul @kube }; $global:sessions = $sessions");
        Assert.Equal([1, 2], fake.Shell.Ok("$null = $sessions[2] | Disconnect-ConsulPetSet -PassThru | ForEach-Object { if ($_.IsOpen) { throw } }; 1..(Get-ConsulSession).Count").Output.Select(static id => (int)id.BaseObject));
        ShellResult closed = fake.Shell.Run("Get-ConsulMember -Session $sessions[2]");
        Assert.Equal(("SessionClosed", ErrorCategory.InvalidOperation), (closed.ErrorId, closed.Errors[0].CategoryInfo.Category));
        Assert.Empty(fake.Shell.Ok("$sessions[2] | Disconnect-ConsulPetSet -PassThru").Output);
        Assert.Equal(2, fake.Shell.Ok("Disconnect-ConsulPetSet -All -PassThru").Output.Count);
        Assert.Empty(fake.Shell.Ok("Get-ConsulSession; Disconnect-ConsulPetSet; Disconnect-ConsulPetSet -All").Output);
        Assert.Equal("SessionNotFound", fake.Shell.Run("Get-ConsulSession 1000000").ErrorId);
    }

    [Fact]
    public async Task A_session_with_one_set_does_not_serve_another()
    {
        await using FakeShell fake = await FakeShell.StartAsync();
        PSObject session = fake.Shell.Ok("Connect-ConsulPetSet consul @kube").Output.Single();
        System.Text.Json.Nodes.JsonObject other = fake.Set.Cluster.Find("default", "statefulsets", "consul")!.DeepClone().AsObject();
        other["metadata"]!["name"] = "other";
        fake.Set.Cluster.Put("statefulsets", other);
        ShellResult result = fake.Shell.Run("Get-ConsulMember -PetSet other -Session $session", ("session", session));
        Assert.Equal(("SessionMismatch", ErrorCategory.InvalidArgument), (result.ErrorId, result.Errors[0].CategoryInfo.Category));
    }

    /// <summary>What comes by the pipeline brings its cluster along, and a set of the same name is in the session's too.</summary>
    [Fact]
    public async Task An_object_of_another_cluster_is_not_looked_for_in_the_sessions()
    {
        await using FakeShell one = await FakeShell.StartAsync();
        await using FakeShell two = await FakeShell.StartAsync();
        PSObject session = one.Shell.Ok("Connect-ConsulPetSet consul @kube").Output.Single();
        ShellResult result = one.Shell.Run("Get-ConsulPetSet -KubeConfig $config | Get-ConsulPet -Session $session", ("config", two.Server.KubeConfig), ("session", session));
        Assert.Equal("SessionMismatch", result.ErrorId);
        Assert.Empty(result.Output);
        Assert.Equal(3, one.Shell.Ok("Get-ConsulPetSet @kube | Get-ConsulPet -Session $session", ("session", session)).Output.Count);
        string folder = Path.GetDirectoryName(one.Server.KubeConfig)!, file = Path.GetFileName(one.Server.KubeConfig);
        Assert.Equal(3, one.Shell.Ok($"$null = $ExecutionContext.SessionState.Path.SetLocation('{folder}'); Get-ConsulPet -KubeConfig ./{file} -Session $session", ("session", session)).Output.Count);
    }

    /// <summary>As a token does that is turned: the connection that the session was opened with is refused by then.</summary>
    [Fact]
    public async Task A_session_follows_its_kubeconfig()
    {
        await using FakeShell fake = await FakeShell.StartAsync();
        await using FakeShell other = await FakeShell.StartAsync(replicas: 5);
        string file = Path.Combine(fake.Server.Folder, "turned");
        File.Copy(fake.Server.KubeConfig, file);
        fake.Shell.Ok("Connect-ConsulPetSet consul -KubeConfig $file", ("file", file));
        Assert.Equal(3, fake.Shell.Ok("Get-ConsulPet").Output.Count);
        File.Copy(other.Server.KubeConfig, file, overwrite: true);
        File.SetLastWriteTimeUtc(file, DateTime.UtcNow.AddMinutes(1));
        Assert.Equal(5, fake.Shell.Ok("Get-ConsulPet").Output.Count);
    }

    [Theory]
    [InlineData("no agent answers", "ConsulUnreachable")]
    [InlineData("no such set", "PetSetNotFound")]
    public async Task What_fails_opens_nothing(string fault, string errorId)
    {
        await using FakeShell fake = await FakeShell.StartAsync();
        if (fault == "no agent answers")
        {
            fake.Set.DeadPods.UnionWith(["consul-0", "consul-1", "consul-2"]);
        }

        Assert.Equal(errorId, fake.Shell.Run($"Connect-ConsulPetSet {(fault == "no such set" ? "none-such" : "consul")} @kube").ErrorId);
        Assert.Empty(fake.Shell.Ok("Get-ConsulSession").Output);
    }

    [Fact]
    public async Task Two_sets_of_one_name_in_two_clusters_do_not_share_a_session()
    {
        await using FakeShell one = await FakeShell.StartAsync();
        await using FakeShell two = await FakeShell.StartAsync();
        one.Shell.Set("mine", Secret("mine"));
        one.Shell.Ok("Connect-ConsulPetSet consul @kube -Token $mine");
        one.Shell.Ok("Get-ConsulMember -PetSet consul -KubeConfig $config", ("config", two.Server.KubeConfig));
        Assert.Null(two.Set.Consul.LastToken);
    }

    private static string Text(PSObject item, string property) => item.Properties[property].Value?.ToString() ?? string.Empty;

    private static System.Security.SecureString Secret(string text) => new System.Net.NetworkCredential(string.Empty, text).SecurePassword;
}
