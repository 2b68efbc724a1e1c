using System.Text.Json.Nodes;
using ConsulPets.Engine.Consul;
using ConsulPets.Planning.Checks;

namespace ConsulPets.Engine.Tests;

public class SurroundingsReaderTests
{
    private const string Forbidden = """{"kind":"Status","apiVersion":"v1","status":"Failure","reason":"Forbidden","message":"nodes is forbidden: User \"fake-user\" cannot list it","code":403}""";

    [Fact]
    public async Task All_that_is_around_a_set_is_read()
    {
        await using Lab lab = await Lab.StartAsync();
        lab.Set.AddBudget();
        lab.Set.Consul.SetMinQuorum(3);
        lab.Set.Cluster.Change("default", "statefulsets", "consul", static set =>
        {
            set["spec"]!["updateStrategy"] = new JsonObject { ["type"] = "OnDelete" };
            set["spec"]!["template"]!["spec"]!["nodeSelector"] = new JsonObject { ["disk"] = "ssd" };
            set["spec"]!["template"]!["spec"]!["tolerations"] = JsonNode.Parse("""[{"key":"dedicated","effect":"NoSchedule"},{"operator":"Exists"}]""");
            set["spec"]!["template"]!["spec"]!["affinity"] = JsonNode.Parse("""{"nodeAffinity":{"requiredDuringSchedulingIgnoredDuringExecution":{"nodeSelectorTerms":[{"matchExpressions":[{"key":"zone","operator":"In","values":["a","b"]}],"matchFields":[{"key":"metadata.name","operator":"NotIn","values":["worker-9"]}]}]}}}""");
        });
        lab.Set.Cluster.Change(string.Empty, "nodes", "worker-2", static node => node["spec"] = JsonNode.Parse("""{"unschedulable":true,"taints":[{"key":"dedicated","value":"db","effect":"NoSchedule"}]}"""));
        lab.Set.Cluster.Change(string.Empty, "nodes", "worker-3", static node => node["status"] = JsonNode.Parse("""{"conditions":[{"type":"Ready","status":"Unknown"}]}"""));

        PetSetSurroundings around = await ReadAsync(lab);

        Assert.Equal(new ObservedUpdate("OnDelete", "consul-r1"), around.Update);
        Assert.Equal((3, true), (around.Autopilot.Value!.MinQuorum, around.Autopilot.Value.CleanupDeadServers));
        ObservedBudget budget = Assert.Single(around.Budgets.Value!);
        Assert.Equal(("consul", null, "1"), (budget.Name, budget.MinAvailable, budget.MaxUnavailable));
        Assert.Equal([("worker-1", true, false), ("worker-2", true, true), ("worker-3", false, false)], around.Nodes.Value!.Select(static node => (node.Name, node.Ready, node.Cordoned)));
        Assert.Equal([new ObservedTaint("dedicated", "db", "NoSchedule")], around.Nodes.Value![1].Taints);
        Assert.Equal("ssd", around.Placement.NodeSelector["disk"]);
        Assert.Equal([new ObservedToleration("dedicated", "Equal", "", "NoSchedule"), new ObservedToleration("", "Exists", "", "")], around.Placement.Tolerations);
        LabelSelector term = Assert.Single(around.Placement.NodeAffinity);
        Assert.Equal(["zone In a,b", "metadata.name NotIn worker-9"], term.Requirements.Select(static demand => $"{demand.Key} {demand.Operator} {string.Join(',', demand.Values)}"));
        Assert.Equal(new FixScope(null, null, lab.Server.KubeConfig), around.Scope);
        Assert.Empty(lab.Server.Writes);
    }

    [Theory]
    [InlineData("""{"podAntiAffinity":{"requiredDuringSchedulingIgnoredDuringExecution":[{"topologyKey":"kubernetes.io/hostname","labelSelector":{"matchLabels":{"app.kubernetes.io/name":"consul"}}}]}}""", "null", "Required kubernetes.io/hostname")]
    [InlineData("""{"podAntiAffinity":{"requiredDuringSchedulingIgnoredDuringExecution":[{"topologyKey":"zone","labelSelector":{"matchExpressions":[{"key":"app.kubernetes.io/name","operator":"In","values":["consul","vault"]}]}}]}}""", "null", "Required zone")]
    [InlineData("""{"podAntiAffinity":{"requiredDuringSchedulingIgnoredDuringExecution":[{"topologyKey":"kubernetes.io/hostname","labelSelector":{"matchLabels":{"app":"vault"}}}]}}""", "null", "")]
    [InlineData("""{"podAntiAffinity":{"preferredDuringSchedulingIgnoredDuringExecution":[{"weight":100,"podAffinityTerm":{"topologyKey":"kubernetes.io/hostname","labelSelector":{"matchLabels":{"app.kubernetes.io/name":"consul"}}}}]}}""", "null", "Preferred kubernetes.io/hostname")]
    [InlineData("null", """[{"maxSkew":1,"topologyKey":"zone","whenUnsatisfiable":"DoNotSchedule","labelSelector":{"matchLabels":{"app.kubernetes.io/name":"consul"}}}]""", "Even zone")]
    [InlineData("null", """[{"maxSkew":1,"topologyKey":"zone","whenUnsatisfiable":"ScheduleAnyway","labelSelector":{"matchLabels":{"app.kubernetes.io/name":"consul"}}}]""", "Preferred zone")]
    public async Task The_rules_that_keep_a_sets_own_pods_apart_are_read_and_no_others(string affinity, string spread, string expected)
    {
        await using Lab lab = await Lab.StartAsync();
        lab.Set.Cluster.Change("default", "statefulsets", "consul", set =>
        {
            set["spec"]!["template"]!["spec"]!["affinity"] = JsonNode.Parse(affinity);
            set["spec"]!["template"]!["spec"]!["topologySpreadConstraints"] = JsonNode.Parse(spread);
        });
        Assert.Equal(expected, string.Join(' ', (await ReadAsync(lab)).Placement.Rules.Select(static rule => $"{rule.Form} {rule.TopologyKey}")));
    }

    [Theory]
    [InlineData(3)]
    [InlineData(30)]
    public async Task It_costs_the_same_number_of_calls_however_many_pets_there_are(int replicas)
    {
        await using Lab lab = await Lab.StartAsync(replicas);
        PetSetObservation look = await lab.ObserveAsync();
        int before = lab.Server.Requests.Count;
        await new SurroundingsReader(lab.Observer).ReadAsync(look, Lab.Token);
        Assert.Equal(5, lab.Server.Requests.Count - before); // workload, nodes, the policy versions, budgets, autopilot
    }

    [Theory]
    [InlineData("/api/v1/nodes", 403, "Nodes", "verb 'list' on 'nodes' in the cluster")]
    [InlineData("/api/v1/nodes", 500, "Nodes", "the cluster's nodes could not be read")]
    [InlineData("/apis/policy/v1/.*", 403, "Budget", "verb 'list' on 'poddisruptionbudgets.policy' in namespace 'default'")]
    [InlineData("/apis/policy", 500, "Budget", "the disruption budgets could not be read")]
    [InlineData("/apis/policy/v1/.*", 429, "Budget", "the disruption budgets could not be read")]
    [InlineData(".*/autopilot/configuration", 403, "MinQuorum", "autopilot's configuration could not be read")]
    [InlineData(".*/persistentvolumeclaims", 403, "Volumes", "verb 'list' on 'persistentvolumeclaims' in namespace 'default'")]
    [InlineData(".*/proxy/v1/.*", 403, "Consul", "verb 'get' on 'pods/proxy' in namespace 'default'")]
    public async Task A_call_that_is_refused_makes_its_check_unknown_and_the_others_go_on(string path, int status, string check, string detail)
    {
        await using Lab lab = await Lab.StartAsync();
        lab.Set.AddBudget();
        lab.Set.Cluster.Change("default", "pods", "consul-1", static pod => pod["spec"]!["nodeName"] = null);
        IReadOnlyList<ConsulPetSetCheck> before = await JudgeAsync(lab);
        Assert.DoesNotContain(before, candidate => candidate.Name == check && candidate.Result == CheckResult.Unknown);

        lab.Server.FailNext(int.MaxValue, "GET", path, status, Forbidden);
        IReadOnlyList<ConsulPetSetCheck> checks = await JudgeAsync(lab);

        ConsulPetSetCheck found = checks.Single(candidate => candidate.Name == check);
        Assert.True(found.Result == CheckResult.Unknown, found.ToString());
        Assert.Contains(detail, found.Detail, StringComparison.Ordinal);
        if (check != "Consul")
        {
            Assert.Equal(before.Where(other => other.Name != check).Select(static other => (other.Name, other.Result)).Order(), checks.Where(other => other.Name != check).Select(static other => (other.Name, other.Result)).Order());
        }
    }

    [Fact]
    public async Task A_look_that_tolerates_no_refusal_ends_with_it()
    {
        await using Lab lab = await Lab.StartAsync();
        lab.Server.FailNext(9, "GET", ".*/persistentvolumeclaims", 403, Forbidden);
        await Lab.FailsAsync("KubernetesForbidden", () => lab.ObserveAsync());
    }

    [Fact]
    public async Task A_token_that_may_not_list_members_is_told_which_permission_it_lacks()
    {
        await using Lab lab = await Lab.StartAsync();
        lab.Set.Consul.LackedPermissions.Add("node:read");
        ConsulPetSetCheck check = (await JudgeAsync(lab)).Single(static candidate => candidate.Name == "Consul");
        Assert.Equal(CheckResult.Unknown, check.Result);
        Assert.Contains("node:read", check.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_a_leader_autopilot_is_not_asked_since_Consul_would_hold_the_call()
    {
        await using Lab lab = await Lab.StartAsync();
        lab.Set.Consul.Leader = null;
        PetSetSurroundings around = await ReadAsync(lab);
        Assert.Equal("NoConsulLeader", around.Autopilot.Failure?.ErrorId);
        Assert.DoesNotContain(lab.Server.Requests, static request => request.Path.EndsWith("autopilot/configuration", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("v1", true)]
    [InlineData("v1beta1", false)]
    public async Task An_empty_selector_covers_every_pod_in_policy_v1_and_none_before(string version, bool covers)
    {
        await using Lab lab = await Lab.StartAsync();
        lab.Set.Cluster.Groups["policy"] = [version];
        lab.Set.AddBudget("all");
        lab.Set.Cluster.Change("default", "poddisruptionbudgets", "all", static budget => budget["spec"]!["selector"] = new JsonObject());
        PetSetSurroundings around = await ReadAsync(lab);
        Assert.Equal(covers, around.Budgets.Value!.Single().Selector is not null);
        Assert.Equal(version != "v1", around.BudgetsAreBeta);
    }

    [Fact]
    public async Task A_cluster_without_budgets_has_none()
    {
        await using Lab lab = await Lab.StartAsync();
        lab.Set.Cluster.Groups.Remove("policy");
        Assert.Empty((await ReadAsync(lab)).Budgets.Value!);
    }

    [Fact]
    public async Task A_set_that_goes_meanwhile_is_not_found()
    {
        await using Lab lab = await Lab.StartAsync();
        PetSetObservation look = await lab.ObserveAsync();
        lab.Set.Cluster.Remove("default", "statefulsets", "consul");
        await Lab.FailsAsync("PetSetNotFound", () => new SurroundingsReader(lab.Observer).ReadAsync(look, Lab.Token));
    }

    [Fact]
    public async Task A_container_that_waits_is_read_with_the_image_of_the_template()
    {
        await using Lab lab = await Lab.StartAsync();
        lab.Set.Cluster.Change("default", "pods", "consul-1", static pod =>
        {
            pod["spec"]!["initContainers"] = JsonNode.Parse("""[{"name":"setup","image":"tool:1"}]""");
            pod["status"]!["initContainerStatuses"] = JsonNode.Parse("""[{"name":"setup","image":"sha256:abc","state":{"waiting":{"reason":"ErrImageNeverPull","message":"not there"}}}]""");
            pod["status"]!["containerStatuses"]![0]!["state"] = JsonNode.Parse("""{"waiting":{"reason":"PodInitializing"}}""");
        });
        Assert.Equal(
            [new ObservedWaiting("setup", "tool:1", "ErrImageNeverPull", "not there"), new ObservedWaiting("consul", "hashicorp/consul:1.21.4", "PodInitializing", "")],
            (await lab.ObserveAsync()).Pods[1].Waiting);
    }

    private static async Task<PetSetSurroundings> ReadAsync(Lab lab) => await new SurroundingsReader(lab.Observer).ReadAsync(await lab.ObserveAsync(), Lab.Token);

    private static async Task<IReadOnlyList<ConsulPetSetCheck>> JudgeAsync(Lab lab)
    {
        PetSetObservation look = await lab.ObserveAsync(new ConsulQuestions(ToleratesRefusal: true));
        return PetSetChecks.Judge(look, await new SurroundingsReader(lab.Observer).ReadAsync(look, Lab.Token));
    }
}
