using System.Management.Automation;

namespace ConsulPets.Cluster.Tests;

/// <summary>Each state that Test-ConsulPetSet tells is really made, told, and mended by the very command that it names.</summary>
public sealed class TestConsulPetSetScenario
{
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(2);

    [EachCluster]
    public void What_is_missing_or_left_over_around_a_set_is_named_and_mended(ClusterKind cluster)
    {
        using var place = new OperatorNamespace(cluster, "checks");
        using Shell shell = place.Shell();
        shell.Bootstrap("consul");
        Assert.Empty(shell.Ok("Test-ConsulPetSet consul @kube | Where-Object Result -in Failed, Unknown").Output);
        Assert.True(Quietly(shell));

        place.Api.Delete(place.Name, "poddisruptionbudgets", "consul");
        Mended(shell, Found(shell, "Budget", "Warning", "no disruption budget"));

        place.Api.Create(place.Name, Claim);
        Mended(shell, Found(shell, "Volumes", "Warning", "data-consul-7: no pet wants it"), " -Confirm:$false");
        Assert.DoesNotContain("data-consul-7", place.Api.Names(place.Name, "persistentvolumeclaims"));

        place.Consul("consul-0", "operator", "autopilot", "set-config", "-min-quorum=1");
        Assert.Contains("Set-ConsulAutopilot consul -MinQuorum 2", Found(shell, "MinQuorum", "Warning", "MinQuorum is 1, and 3 servers ask for 2").Text("Fix"), StringComparison.Ordinal);
        place.Consul("consul-0", "operator", "autopilot", "set-config", "-min-quorum=2");
        Assert.Equal("Passed", Check(shell, "MinQuorum").Text("Result"));

        place.Api.Patch(place.Name, "statefulsets", "consul", """[{"op":"replace","path":"/spec/updateStrategy/rollingUpdate/partition","value":3}]""");
        Mended(shell, Found(shell, "Update", "Warning", "the partition is still 3"), " -Confirm:$false");
        Assert.True(Quietly(shell));

        DuplicateNodeId(shell, place);
    }

    // What a copied data folder does: Consul's own check keeps the newcomer from joining, and yet the others list it as alive.
    private static void DuplicateNodeId(Shell shell, OperatorNamespace place)
    {
        string id = shell.Pets("consul")["consul-1"].Text("NodeId");
        string address = shell.Pets("consul")["consul-0"].Text("PodIP");
        place.Api.Create(place.Name, $$"""
            apiVersion: v1
            kind: Pod
            metadata: { name: twin }
            spec:
              terminationGracePeriodSeconds: 1
              containers:
              - name: consul
                image: {{place.Cluster.ConsulImage}}
                command:
                - /bin/sh
                - -ec
                - exec consul agent -node=twin -node-id={{id}} -data-dir=/tmp/twin -bind="$POD_IP" -retry-join={{address}} -retry-interval=2s
                env: [{ name: POD_IP, valueFrom: { fieldRef: { fieldPath: status.podIP } } }]
            """);
        PSObject twice = Found(shell, "NodeIds", "Failed", $"have the node ID {id}");
        Assert.Contains("twin", (string[])twice.Properties["Target"].Value);
        Assert.Contains("Get-ConsulMember twin -PetSet consul", twice.Text("Fix"), StringComparison.Ordinal);
        Assert.False(Quietly(shell));
        place.Api.Lose(place.Name, "twin");
    }

    [EachCluster]
    public void Rules_that_leave_too_few_nodes_are_named_and_what_an_account_may_not_see_is_unknown(ClusterKind cluster)
    {
        using var place = new OperatorNamespace(cluster, "nodes");
        using Shell shell = place.Shell();
        using Shell admin = place.NewShell(place.Cluster.AdminKubeConfig);
        shell.Bootstrap("consul");
        string node = shell.Pets("consul")["consul-0"].Text("Node");

        // With OnDelete nothing moves while the template changes.
        place.Api.Patch(place.Name, "statefulsets", "consul", """[{"op":"replace","path":"/spec/updateStrategy","value":{"type":"OnDelete"}}]""");
        place.Api.Patch(place.Name, "statefulsets", "consul", """
            [
              {"op":"add","path":"/spec/template/spec/nodeSelector","value":{"kubernetes.io/hostname":"NODE"}},
              {"op":"replace","path":"/spec/template/spec/affinity","value":{"podAntiAffinity":{"requiredDuringSchedulingIgnoredDuringExecution":[
                {"topologyKey":"kubernetes.io/hostname","labelSelector":{"matchLabels":{"app.kubernetes.io/instance":"consul"}}}]}}}
            ]
            """.Replace("NODE", node, StringComparison.Ordinal));
        string there = $"-Namespace {place.Name}";
        PSObject few = Found(admin, "Nodes", "Failed", "1 node for 3 pets, and the anti-affinity demands one for each", there);
        Assert.StartsWith("kubectl get nodes --show-labels --kubeconfig ", few.Text("Fix"), StringComparison.Ordinal);
        Found(shell, "Nodes", "Unknown", "verb 'list' on 'nodes' in the cluster");

        // The template as it was, and the pets are outdated no more; then another change, which OnDelete holds back.
        place.Api.Patch(place.Name, "statefulsets", "consul", """[{"op":"remove","path":"/spec/template/spec/nodeSelector"},{"op":"remove","path":"/spec/template/spec/affinity"}]""");
        place.Api.Patch(place.Name, "statefulsets", "consul", """[{"op":"add","path":"/spec/template/metadata/annotations","value":{"changed":"yes"}}]""");
        PSObject paused = Found(shell, "Update", "Warning", "paused: consul-0, consul-1, consul-2");
        Assert.StartsWith("Update-ConsulPetSet consul ", paused.Text("Fix"), StringComparison.Ordinal);
        Mended(shell, paused, " -Confirm:$false");
        Assert.Contains("(OnDelete)", Check(shell, "Update").Text("Detail"), StringComparison.Ordinal);
    }

    [EachCluster]
    public void A_paused_update_with_an_image_that_cannot_be_had_and_then_a_lost_quorum_are_named(ClusterKind cluster)
    {
        using var place = new OperatorNamespace(cluster, "stuck");
        using Shell shell = place.Shell();
        shell.Bootstrap("consul");
        place.Api.Patch(place.Name, "statefulsets", "consul", """
            [
              {"op":"replace","path":"/spec/updateStrategy/rollingUpdate/partition","value":2},
              {"op":"replace","path":"/spec/template/spec/containers/0/image","value":"hashicorp/consul:none-such"}
            ]
            """);
        PSObject image = Found(shell, "Image", "Failed", "hashicorp/consul:none-such cannot be had");
        Assert.Equal(["consul-2"], (string[])image.Properties["Target"].Value);
        Assert.Matches("consul-2: (ErrImagePull|ImagePullBackOff|ErrImageNeverPull)", image.Text("Detail"));
        Found(shell, "Update", "Warning", "paused by partition 2: consul-0, consul-1");
        Found(shell, "Voters", "Failed", "consul-2: no voter");
        Assert.False(Quietly(shell));

        // The command puts the template back that the other pets run, and frees the pod that waits.
        Assert.StartsWith("Undo-ConsulPetSet consul ", image.Text("Fix"), StringComparison.Ordinal);
        shell.Ok(image.Text("Fix") + " -Confirm:$false");
        shell.Ok("Wait-ConsulPetSet consul @kube -For Stable -TimeoutSeconds 240");
        Assert.Equal("Passed", Check(shell, "Image").Text("Result"));
        Assert.Equal("Passed", Check(shell, "Voters").Text("Result"));

        // Now nothing holds it back: two pets are lost, and come back with an image that is not there.
        place.Api.Patch(place.Name, "statefulsets", "consul", """
            [
              {"op":"replace","path":"/spec/updateStrategy","value":{"type":"OnDelete"}},
              {"op":"replace","path":"/spec/template/spec/containers/0/image","value":"hashicorp/consul:none-such"}
            ]
            """);
        Found(shell, "Update", "Warning", "paused");
        string leader = shell.Ok("(Get-ConsulPetSet consul @kube).Leader").Output.Single().ToString();
        place.Api.Lose(place.Name, [leader, leader == "consul-2" ? "consul-1" : "consul-2"]);
        Found(shell, "Leader", "Failed", "no leader");
        Found(shell, "Quorum", "Failed", "the quorum is lost");
        Found(shell, "MinQuorum", "Unknown", "without a leader");
        Found(shell, "RaftPeers", "Unknown", "without a leader");
        Found(shell, "Members", "Failed", "failed in gossip");
        Assert.False(Quietly(shell));
    }

    [EachCluster]
    public void A_lost_pod_of_a_daemon_set_is_named_as_failed_member_and_stale_peer_and_removed(ClusterKind cluster)
    {
        using var place = new OperatorNamespace(cluster, "herd");
        using Shell shell = place.Shell();

        // So that autopilot does not take the peer away by itself, before anybody looks.
        string leader = shell.Bootstrap("cattle", "-Kind DaemonSet -ServerConfig @{ autopilot = @{ min_quorum = 9 } }").Text("Leader");
        Found(shell, "MinQuorum", "Warning", "MinQuorum is 9, and 3 servers ask for 2", set: "cattle");
        string lost = shell.Pets("cattle").Keys.First(pet => pet != leader);
        place.Api.Lose(place.Name, lost);
        shell.Ok("Wait-ConsulPetSet cattle @kube -For Leader -TimeoutSeconds 240");

        PSObject member = Found(shell, "Members", "Failed", $"{lost}: failed in gossip, and no pod has the name", set: "cattle");
        PSObject peer = Found(shell, "RaftPeers", "Failed", $"{lost}: in raft, and no pet will come back for it", set: "cattle");
        Assert.Equal([lost], (string[])peer.Properties["Target"].Value);
        Assert.Equal(member.Text("Fix"), peer.Text("Fix"));
        Mended(shell, peer, " -Confirm:$false", set: "cattle");
        Assert.Equal("Passed", Until(shell, "Members", "Passed", string.Empty, string.Empty, "cattle").Text("Result"));
    }

    private const string Claim = """
        apiVersion: v1
        kind: PersistentVolumeClaim
        metadata:
          name: data-consul-7
          labels: { app.kubernetes.io/name: consul, app.kubernetes.io/instance: consul, app.kubernetes.io/component: server }
        spec:
          accessModes: [ReadWriteOnce]
          resources: { requests: { storage: 1Gi } }
        """;

    private static PSObject Check(Shell shell, string name, string more = "", string set = "consul") =>
        shell.Ok($"Test-ConsulPetSet {set} @kube {more} | Where-Object Name -eq {name}").Output.Single();

    private static PSObject Found(Shell shell, string name, string result, string detail, string more = "", string set = "consul") => Until(shell, name, result, detail, more, set);

    // Gossip and the kubelet take some seconds to notice.
    private static PSObject Until(Shell shell, string name, string result, string detail, string more, string set)
    {
        PSObject? check = null;
        bool seen = SpinWait.SpinUntil(
            () => (check = Check(shell, name, more, set)).Text("Result") == result && check.Text("Detail").Contains(detail, StringComparison.Ordinal), Longest);
        Assert.True(seen, $"{name} was to be {result} ({detail}), and is: {check}");
        return check!;
    }

    // The command as it stands: of the module, or of the real kubectl where there is one. It is run again while the check still names it, as a reader would: a check is one
    // look, and what takes two (Find-StalePet) may come too early for gossip.
    private static void Mended(Shell shell, PSObject check, string more = "", string set = "consul")
    {
        if (check.Text("Fix").Contains("kubectl ", StringComparison.Ordinal) && Kubectl.WhyNot is not null)
        {
            return;
        }

        // What is piped into a program goes through Out-String, and the engine without PowerShell's own modules has none.
        shell.Ok("function global:Out-String { process { $_ } }");
        string fix = check.Text("Fix") + more;
        bool mended = SpinWait.SpinUntil(
            () =>
            {
                shell.Ok(fix);
                check = Check(shell, check.Text("Name"), string.Empty, set);
                return check.Text("Result") == "Passed";
            },
            Longest);
        Assert.True(mended, check.ToString());
    }

    private static bool Quietly(Shell shell) => (bool)shell.Ok("Test-ConsulPetSet consul @kube -Quiet").Output.Single().BaseObject;
}
