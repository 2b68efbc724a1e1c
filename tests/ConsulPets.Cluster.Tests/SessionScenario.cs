using System.Management.Automation;

namespace ConsulPets.Cluster.Tests;

/// <summary>Sessions over port-forwards.</summary>
public sealed class SessionScenario
{
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(2);

    /// <summary>For accounts that may not use the pod proxy: a session is their only way to Consul.</summary>
    [EachCluster]
    public void An_account_without_the_proxy_reads_everything_over_a_port_forward(ClusterKind cluster)
    {
        using var place = new OperatorNamespace(cluster, "forward");
        using (Shell owner = place.Shell())
        {
            owner.Bootstrap("consul", $"-Replicas 1 {ScenarioShell.Quick}");
        }

        using Shell shell = place.NewShell(place.KubeConfigOf("forwarder"));
        place.Api.Create(place.Name, Rights(place, "pods/portforward"));
        ShellResult proxy = shell.Run("Connect-ConsulPetSet consul @kube");
        Assert.Equal("KubernetesForbidden", proxy.ErrorId);
        Assert.Contains("may not get pods/proxy", proxy.Errors[0].Exception.Message, StringComparison.Ordinal);

        PSObject session = shell.Ok("Connect-ConsulPetSet consul @kube -Via PortForward").Output.Single();
        Assert.Equal(("PortForward", "consul-0"), (session.Text("Via"), session.Text("Pet")));
        Assert.Equal("consul-0", shell.Ok("(Get-ConsulMember).Name").Output.Single().ToString());
        Assert.Equal("Leader", shell.Ok("Get-ConsulPet").Output.Single().Text("RaftRole"));
        Assert.Equal("Healthy", shell.Ok("Wait-ConsulPetSet -TimeoutSeconds 60").Output.Single().Text("Status"));
        Assert.Equal("Healthy", shell.Ok("Get-ConsulPetSet consul @kube").Output.Single().Text("Status"));

        shell.Ok("Disconnect-ConsulPetSet");
        Assert.Equal("KubernetesForbidden", shell.Run("Get-ConsulMember -PetSet consul @kube").ErrorId);

        using Shell stranger = place.NewShell(place.KubeConfigOf("reader"));
        place.Api.Create(place.Name, Rights(place, "pods/log").Replace("forwarder", "reader", StringComparison.Ordinal));
        ShellResult refused = stranger.Run("Connect-ConsulPetSet consul @kube -Via PortForward");
        Assert.Equal("KubernetesForbidden", refused.ErrorId);
        Assert.Contains("may not get pods/portforward", refused.Errors[0].Exception.Message, StringComparison.Ordinal);
    }

    /// <summary>The machine of the tests is in the pods' network on either cluster.</summary>
    [EachCluster]
    public void Whoever_is_in_the_pods_network_may_go_straight(ClusterKind cluster)
    {
        using var place = new OperatorNamespace(cluster, "direct");
        using Shell shell = place.Shell();
        shell.Bootstrap("consul", ScenarioShell.Quick);
        PSObject session = shell.Ok("Connect-ConsulPetSet consul @kube -Via Direct").Output.Single();
        Dictionary<string, string> before = place.Api.PodUids(place.Name);
        place.Api.Lose(place.Name, session.Text("Pet"));
        Assert.Equal(["consul-0", "consul-1", "consul-2"], shell.Ok("(Get-ConsulMember).Name").Output.Select(static name => name.ToString()));
        Assert.True(SpinWait.SpinUntil(() => place.Replaced(before).Contains(session.Text("Pet")), Longest), "the pet does not come back");
        shell.Settle();
        Assert.Equal("Healthy", shell.Ok("Wait-ConsulPetSet").Output.Single().Text("Status"));
    }

    [EachCluster]
    public void A_thousand_requests_go_over_one_session_and_the_loss_of_its_pet_is_not_noticed(ClusterKind cluster)
    {
        using var place = new OperatorNamespace(cluster, "many");
        using Shell shell = place.Shell();
        shell.Bootstrap("consul", ScenarioShell.Quick);
        PSObject session = shell.Ok("Connect-ConsulPetSet consul @kube -Via PortForward").Output.Single();
        Dictionary<string, string> before = place.Api.PodUids(place.Name);

        // Each asks an agent four times.
        using PowerShell many = shell.Create("1..250 | ForEach-Object { $null = Get-ConsulRaftPeer; $_ }");
        using var asked = new PSDataCollection<PSObject>();
        IAsyncResult running = many.BeginInvoke<PSObject, PSObject>(null, asked);
        Assert.True(SpinWait.SpinUntil(() => asked.Count > 50, Longest), "it does not go on");
        place.Api.Lose(place.Name, session.Text("Pet"));
        Assert.True(running.AsyncWaitHandle.WaitOne(Longest), "it does not end");
        Assert.True(many.Streams.Error.Count == 0, string.Join('\n', many.Streams.Error.Select(static error => error.ToString())));
        Assert.Equal(250, asked.Count);
        Assert.True(SpinWait.SpinUntil(() => place.Replaced(before).Contains(session.Text("Pet")), Longest), "the pet does not come back");
        shell.Settle();
        shell.Ok("Wait-ConsulPetSet -Session $session", ("session", session));

        // A pet that was just replaced is asked who it is until gossip knows its new address; from then on it is the youngest, and another is asked first.
        Assert.True(
            SpinWait.SpinUntil(() => shell.Ok("$null = Get-ConsulMember; (Get-ConsulSession).Pet").Output.Single().ToString() != session.Text("Pet"), Longest), "the session stays with the pet that was lost");
    }

    /// <summary>How many connections they share, and that none is left, is counted at the other end by the Engine's tests.</summary>
    [EachCluster]
    public void Fifty_at_once_share_a_session(ClusterKind cluster)
    {
        using var place = new OperatorNamespace(cluster, "once");
        using Shell shell = place.Shell();
        shell.Bootstrap("consul", $"-Replicas 1 {ScenarioShell.Quick}");
        PSObject session = shell.Ok("Connect-ConsulPetSet consul @kube -Via PortForward").Output.Single();
        Shell[] shells = [.. Enumerable.Range(0, 50).Select(_ => place.Shell())];
        PowerShell[] askers = [.. shells.Select(one => one.Create("Get-ConsulMember -Session $session", ("session", session)))];
        IAsyncResult[] running = [.. askers.Select(static one => one.BeginInvoke())];
        Assert.All(running, static run => Assert.True(run.AsyncWaitHandle.WaitOne(Longest), "it does not end"));
        Assert.All(askers, static one => Assert.Empty(one.Streams.Error));
        Array.ForEach(askers, static one => one.Dispose());
        Array.ForEach(shells, static one => one.Dispose());
        shell.Ok("Disconnect-ConsulPetSet");
        Assert.Equal("SessionClosed", shell.Run("Get-ConsulMember -Session $session", ("session", session)).ErrorId);
    }

    private static string Rights(OperatorNamespace place, string resource) => $$"""
        apiVersion: rbac.authorization.k8s.io/v1
        kind: Role
        metadata: { name: forwarder }
        rules:
        - { apiGroups: [apps], resources: [statefulsets, daemonsets], verbs: [get, list, watch] }
        - { apiGroups: [""], resources: [pods, persistentvolumeclaims], verbs: [get, list, watch] }
        - { apiGroups: [""], resources: [{{resource}}], verbs: [get, create] }
        ---
        apiVersion: rbac.authorization.k8s.io/v1
        kind: RoleBinding
        metadata: { name: forwarder }
        roleRef: { apiGroup: rbac.authorization.k8s.io, kind: Role, name: forwarder }
        subjects: [{ kind: ServiceAccount, name: forwarder, namespace: {{place.Name}} }]
        """;
}
