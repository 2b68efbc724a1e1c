using ConsulPets.Planning.Checks;

namespace ConsulPets.Model.Tests;

/// <summary>The checks of Kubernetes' side: pods, images, updates, nodes, budget, volumes.</summary>
public class WorkloadChecksTests
{
    private const string Hostname = "kubernetes.io/hostname";
    private const string Wait = "Wait-ConsulPetSet consul -For Stable";

    internal static readonly Dictionary<string, (Func<Around, Around> Make, string Check, CheckResult Result, string Detail, string? Fix)> Faults = new()
    {
        ["a pod that is not placed"] = (static a => a.See(static l => l.Pod("consul-1", static p => Waiting(p, "Unschedulable", "0/3 nodes are available"))), "Pods", CheckResult.Failed, "consul-1 is not ready: Unschedulable: 0/3 nodes", "kubectl describe pod consul-1"),
        ["a pod that crashes"] = (static a => a.See(static l => l.Pod("consul-1", static p => Waiting(p, "CrashLoopBackOff", "code 1") with { Restarts = 7 })), "Pods", CheckResult.Failed, "CrashLoopBackOff", "kubectl logs consul-1 --previous --all-containers --tail=50"),
        ["a pod that runs and is not ready"] = (static a => a.See(static l => l.Pod("consul-1", static p => p with { Ready = false })), "Pods", CheckResult.Failed, "consul-1 is not ready", "kubectl logs consul-1 --all-containers --tail=50"),
        ["a pod that starts"] = (static a => a.See(static l => l.Pod("consul-1", static p => p with { Ready = false, Running = false, Phase = "ContainerCreating", Created = Given.Now.AddSeconds(-5) })), "Pods", CheckResult.Warning, "not ready yet: consul-1 (ContainerCreating)", Wait),
        ["a pod that ends"] = (static a => a.See(static l => l.Pod("consul-1", static p => p with { Ready = false, Deleting = true, Phase = "Terminating" })), "Pods", CheckResult.Warning, "consul-1 (Terminating)", Wait),
        ["a pod that is not there"] = (static a => a.See(static l => l.WithoutPod("consul-1")), "Pods", CheckResult.Failed, "consul-1: no such pod", "kubectl describe statefulset/consul"),
        ["a pod on a dead node"] = (static a => a.Nodes(static n => n.Name == "worker-2" ? n with { Ready = false } : n), "Pods", CheckResult.Failed, "consul-1 is on the node worker-2, which is not ready", "kubectl describe node worker-2"),
        ["a pod that starts again and again"] = (static a => a.See(static l => l.Pod("consul-1", static p => p with { Restarts = 4 })), "Pods", CheckResult.Warning, "consul-1 was restarted 4 times", "kubectl logs consul-1 --previous --all-containers --tail=50"),
        ["the template's image cannot be had"] = (static a => a.See(static l => l.Workload(static w => w with { Image = "consul:none" }).Pod("consul-2", static p => Pulling(p, "consul:none"))), "Image", CheckResult.Failed, "consul-2: ImagePullBackOff: consul:none cannot be had", "Undo-ConsulPetSet consul"),
        ["an image that no pet ever had"] = (static a => a.See(static l => l.Workload(static w => w with { Image = "consul:none" }).Pod("consul-0", static p => Pulling(p, "consul:none")).Pod("consul-1", static p => Pulling(p, "consul:none")).Pod("consul-2", static p => Pulling(p, "consul:none"))), "Image", CheckResult.Failed, "consul-0, consul-1, consul-2: ImagePullBackOff: consul:none cannot be had", "Update-ConsulPetSet consul -Image hashicorp/consul:1.21.4 -SickFirst"),
        ["an image that the template no longer has"] = (static a => a.See(static l => l.Pod("consul-2", static p => Pulling(p, "consul:none"))), "Image", CheckResult.Failed, "consul:none", "Restart-ConsulPet consul-2 -PetSet consul"),
        ["an init container's image"] = (static a => a.See(static l => l.Pod("consul-2", static p => Waiting(p, "PodInitializing", null) with { Waiting = [new("setup", "tool:1", "ErrImageNeverPull", "")] })), "Image", CheckResult.Failed, "ErrImageNeverPull: tool:1", "kubectl describe pod consul-2"),
        ["a partition with outdated pets"] = (static a => Old(a.See(static l => l.Workload(static w => w with { Partition = 2 })), "consul-0", "consul-1"), "Update", CheckResult.Warning, "paused by partition 2: consul-0, consul-1", "Update-ConsulPetSet consul"),
        ["a partition that was left over"] = (static a => a.See(static l => l.Workload(static w => w with { Partition = 3 })), "Update", CheckResult.Warning, "still 3", "Update-ConsulPetSet consul"),
        ["OnDelete with outdated pets, the leader among them"] = (static a => Old(a.Strategy("OnDelete", "old"), "consul-0", "consul-1"), "Update", CheckResult.Warning, "paused: consul-0, consul-1", "Update-ConsulPetSet consul"),
        ["OnDelete, and the leader is left"] = (static a => Old(a.Strategy("OnDelete", "old"), "consul-0"), "Update", CheckResult.Warning, "paused: consul-0", "Update-ConsulPetSet consul"),
        ["an update under way"] = (static a => Old(a.Strategy("RollingUpdate", "old"), "consul-0"), "Update", CheckResult.Warning, "under way", "Wait-ConsulPetSet consul -For Updated"),
        ["an update held up"] = (static a => Old(a, "consul-0", "consul-1").See(static l => l.Pod("consul-2", static p => Pulling(p, "hashicorp/consul:1.21.4"))), "Update", CheckResult.Warning, "held up by consul-2, which is not ready: ImagePullBackOff", "kubectl describe pod consul-2"),
        ["an update that did not end"] = (static a => a.Strategy("RollingUpdate", "old"), "Update", CheckResult.Warning, "has not ended", "kubectl rollout status statefulset/consul"),
        ["a controller that is behind"] = (static a => a.See(static l => l.Workload(static w => w with { ControllerIsCurrent = false })), "Update", CheckResult.Warning, "has not seen", "Wait-ConsulPetSet consul -For Updated"),
        ["mixed versions in a paused update"] = (static a => Old(a.See(static l => l.Workload(static w => w with { Partition = 2 }).Member("consul-0", static m => m with { Tags = new Dictionary<string, string>(m.Tags) { ["build"] = "1.20.0" } })), "consul-0"), "Versions", CheckResult.Warning, "1.20.0 on consul-0", "Update-ConsulPetSet consul"),
        ["too few nodes for a required rule"] = (static a => a.Apart(new SpreadingRule(SpreadingForm.Required, Hostname)).Nodes(static n => n.Name == "worker-3" ? null : n), "Nodes", CheckResult.Failed, "2 nodes for 3 pets, and the anti-affinity demands one for each", "kubectl get nodes --show-labels"),
        ["too few nodes, one of them cordoned"] = (static a => a.Apart(new SpreadingRule(SpreadingForm.Required, Hostname)).Nodes(static n => n.Name == "worker-3" ? n with { Cordoned = true } : n), "Nodes", CheckResult.Failed, "worker-3 cordoned", "kubectl uncordon worker-3"),
        ["too few nodes, one of them down"] = (static a => a.Apart(new SpreadingRule(SpreadingForm.Required, Hostname)).Nodes(static n => n.Name == "worker-3" ? n with { Ready = false } : n), "Nodes", CheckResult.Failed, "worker-3 not ready", "kubectl describe node worker-3"),
        ["a tainted node"] = (static a => a.Apart(new SpreadingRule(SpreadingForm.Required, Hostname)).Nodes(static n => n.Name == "worker-3" ? n with { Taints = [new("dedicated", "db", "NoSchedule")] } : n), "Nodes", CheckResult.Failed, "2 nodes for 3 pets", "kubectl get nodes --show-labels"),
        ["too few zones"] = (static a => a.Apart(new SpreadingRule(SpreadingForm.Required, "zone")), "Nodes", CheckResult.Failed, "1 place by zone for 3 pets", "kubectl get nodes --show-labels"),
        ["too few nodes for an even spread"] = (static a => a.Apart(new SpreadingRule(SpreadingForm.Even, Hostname)).Nodes(static n => n.Name == "worker-3" ? null : n), "Nodes", CheckResult.Warning, "share one against the rule", "kubectl get nodes --show-labels"),
        ["too few nodes without a rule"] = (static a => a.Apart().Nodes(static n => n.Name == "worker-3" ? null : n), "Nodes", CheckResult.Warning, "2 nodes for 3 pets, so some share one", "kubectl get nodes --show-labels"),
        ["nodes that may not be read, and a pet without one"] = (static a => a.NoNodes().See(static l => l.Pod("consul-2", static p => Waiting(p, "Unschedulable", "") with { Node = null })), "Nodes", CheckResult.Unknown, "verb 'list' on 'nodes' in the cluster", null),
        ["nodes that may not be read, and a pet that was placed by older rules"] = (static a => Old(a.NoNodes(), "consul-2"), "Nodes", CheckResult.Unknown, "verb 'list' on 'nodes' in the cluster", null),
        ["two pets on one node"] = (static a => a.See(static l => l.Pod("consul-2", static p => p with { Node = "worker-1" })), "Spread", CheckResult.Warning, "consul-0, consul-2 share the node worker-1, and would be lost together; worker-3 is free", "Restart-ConsulPet consul-2 -PetSet consul -Wait"),
        ["all pets on the one node"] = (static a => a.NoNodes().See(static l => l with { Pods = [.. l.Pods.Select(static p => p with { Node = "worker-1" })] }), "Spread", CheckResult.Warning, "share the node worker-1", null),
        ["no budget"] = (static a => a.Budgets(), "Budget", CheckResult.Warning, "no disruption budget", "kubectl create poddisruptionbudget consul --max-unavailable=1 --selector='app=consul'"),
        ["no budget, and an old cluster"] = (static a => a.Budgets().Where(static s => s with { BudgetsAreBeta = true }), "Budget", CheckResult.Warning, "no disruption budget", """'{"apiVersion":"policy/v1beta1","kind":"PodDisruptionBudget","metadata":{"name":"consul"},"spec":{"maxUnavailable":1,"selector":{"matchLabels":{"app":"consul"}}}}' | kubectl create --filename=-"""),
        ["a budget of other pods"] = (static a => a.Budgets(Around.Budget("web", maxUnavailable: "1", app: "web")), "Budget", CheckResult.Warning, "no disruption budget", "kubectl create poddisruptionbudget consul --max-unavailable=1 --selector='app=consul'"),
        ["two budgets"] = (static a => a.Budgets(Around.Budget("all", maxUnavailable: "1"), Around.Budget("consul", maxUnavailable: "1")), "Budget", CheckResult.Failed, "all, consul cover the same pods", "kubectl delete poddisruptionbudget all"),
        ["a budget that lets too many go"] = (static a => a.Budgets(Around.Budget("consul", maxUnavailable: "50%")), "Budget", CheckResult.Warning, "lets 2 pods go at once, and raft can miss 1", "kubectl patch poddisruptionbudget consul --type=merge --patch '{\"spec\":{\"maxUnavailable\":1,\"minAvailable\":null}}'"),
        ["a budget that keeps too few"] = (static a => a.Budgets(Around.Budget("consul", minAvailable: "1")), "Budget", CheckResult.Warning, "lets 2 pods go", "kubectl patch poddisruptionbudget consul --type=merge --patch '{\"spec\":{\"maxUnavailable\":1,\"minAvailable\":null}}'"),
        ["a budget that lets none go"] = (static a => a.Budgets(Around.Budget("consul", minAvailable: "100%")), "Budget", CheckResult.Warning, "a drain never ends", "kubectl patch poddisruptionbudget consul --type=merge --patch '{\"spec\":{\"maxUnavailable\":1,\"minAvailable\":null}}'"),
        ["budgets that may not be read"] = (static a => a.Where(static s => s with { Budgets = new Fact<IReadOnlyList<ObservedBudget>>(null, new ObservedFailure("KubernetesForbidden", "may not", "Ask for the right: verb 'list' on 'poddisruptionbudgets.policy' in namespace 'default'")) }), "Budget", CheckResult.Unknown, "poddisruptionbudgets.policy", null),
        ["an orphan volume"] = (static a => a.See(static l => l.Plus(Given.Claim("data-consul-4", 4))), "Volumes", CheckResult.Warning, "data-consul-4: no pet wants it", "Find-StalePet consul | Where-Object Kind -eq Volume | Remove-StalePet -IncludeVolume"),
        ["a claim without a volume"] = (static a => a.See(static l => l with { Claims = [.. l.Claims.Select(static c => c.Ordinal == 1 ? c with { Phase = "Pending" } : c)] }), "Volumes", CheckResult.Failed, "data-consul-1 is Pending", "kubectl describe pvc data-consul-1"),
        ["a claim that goes with its pod"] = (static a => a.See(static l => l with { Claims = [.. l.Claims.Select(static c => c.Ordinal == 1 ? c with { Deleting = true } : c)] }), "Volumes", CheckResult.Warning, "data-consul-1: deleted already", "kubectl describe pvc data-consul-1"),
        ["no volumes at all"] = (static a => a.See(static l => l.Workload(static w => w with { ClaimTemplates = [] }) with { Claims = [] }), "Volumes", CheckResult.Warning, "loses its data", null),
        ["claims that may not be read"] = (static a => a.See(static l => l with { Claims = [], ClaimsRefusal = new ObservedFailure("KubernetesForbidden", "may not", "Ask for the right: verb 'list' on 'persistentvolumeclaims' in namespace 'default'") }), "Volumes", CheckResult.Unknown, "persistentvolumeclaims", null),
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
    public void Every_check_is_seen_to_fail_warn_or_be_unknown_by_some_fault() => Assert.Equal(
        PetSetChecks.Names.Order(),
        Faults.Values.Concat(ConsulChecksTests.Faults.Values).Select(static fault => fault.Check).Distinct().Order());

    [Fact]
    public void Nodes_that_may_not_be_read_do_not_matter_where_the_pets_show_that_there_are_enough() =>
        Assert.Equal(CheckResult.Passed, Around.Healthy().NoNodes()["Nodes"].Result);

    [Theory]
    [InlineData("1", null)]
    [InlineData("33%", null)]
    [InlineData(null, "2")]
    [InlineData(null, "60%")]
    public void A_budget_passes_that_lets_one_of_three_go(string? maxUnavailable, string? minAvailable) =>
        Assert.Equal(CheckResult.Passed, Around.Healthy().Budgets(Around.Budget("any", maxUnavailable, minAvailable))["Budget"].Result);

    [Theory]
    [InlineData("", "Exists", "", "", true)]
    [InlineData("dedicated", "Equal", "db", "NoSchedule", true)]
    [InlineData("dedicated", "Equal", "db", "", true)]
    [InlineData("dedicated", "Exists", "", "NoSchedule", true)]
    [InlineData("dedicated", "Equal", "web", "", false)]
    [InlineData("other", "Exists", "", "", false)]
    [InlineData("dedicated", "Exists", "", "NoExecute", false)]
    public void A_taint_shuts_a_node_unless_it_is_tolerated(string key, string @operator, string value, string effect, bool isOpen)
    {
        Around around = Around.Healthy().Apart(new SpreadingRule(SpreadingForm.Required, Hostname))
            .Nodes(static node => node with { Taints = [new("dedicated", "db", "NoSchedule")] })
            .Where(s => s with { Placement = s.Placement with { Tolerations = [new ObservedToleration(key, @operator, value, effect)] } });
        Assert.Equal(isOpen ? CheckResult.Passed : CheckResult.Failed, around["Nodes"].Result);
    }

    [Theory]
    [InlineData("In", "b,a", true)]
    [InlineData("In", "b", false)]
    [InlineData("NotIn", "b", true)]
    [InlineData("NotIn", "a", false)]
    [InlineData("Exists", "", true)]
    [InlineData("DoesNotExist", "", false)]
    [InlineData("Gt", "1", false)]
    public void A_node_counts_when_one_term_of_the_node_affinity_fits(string @operator, string values, bool fits)
    {
        Around around = Around.Healthy().Apart(new SpreadingRule(SpreadingForm.Required, Hostname)).Where(s => s with
        {
            Placement = s.Placement with { NodeAffinity = [new LabelSelector(new Dictionary<string, string>(), [new LabelRequirement("zone", @operator, values.Split(','))])] },
        });
        Assert.Equal(fits ? CheckResult.Passed : CheckResult.Failed, around["Nodes"].Result);
    }

    [Theory]
    [InlineData("5", "3", true)]
    [InlineData("3", "3", false)]
    [InlineData("x", "3", false)]
    public void Gt_compares_numbers(string value, string bound, bool fits) =>
        Assert.Equal(fits, new LabelRequirement("n", "Gt", [bound]).Fits(new Dictionary<string, string> { ["n"] = value }));

    [Fact]
    public void A_command_names_what_the_session_would_not_take_by_itself()
    {
        Around around = Around.Healthy().Where(static s => s with { Scope = new FixScope("consul", "prod", "/home/me/my config") });
        Assert.Equal(
            "kubectl create poddisruptionbudget consul --max-unavailable=1 --selector='app=consul' --namespace consul --context prod --kubeconfig '/home/me/my config'",
            around.Budgets()["Budget"].Fix);
        Assert.Equal("Set-ConsulAutopilot consul -MinQuorum 2 -Namespace consul -Context prod -KubeConfig '/home/me/my config'", around.MinQuorum(0)["MinQuorum"].Fix);
        Assert.Equal(
            "Find-StalePet consul -Namespace consul -Context prod -KubeConfig '/home/me/my config' | Where-Object Kind -eq Volume | Remove-StalePet -IncludeVolume",
            around.See(static look => look.Plus(Given.Claim("data-consul-4", 4)))["Volumes"].Fix);

        // What is behind the two dashes is the command in the pod; a node is in no namespace.
        Assert.Equal(
            "kubectl exec consul-0 --namespace consul --context prod --kubeconfig '/home/me/my config' -- consul force-leave -prune vm-1",
            around.See(static look => look.Plus(Given.Member("vm-1", ConsulMemberStatus.Failed, address: "10.1.1.7")))["Members"].Fix);
        Assert.Equal(
            "kubectl uncordon worker-3 --context prod --kubeconfig '/home/me/my config'",
            around.Nodes(static n => n.Name == "worker-3" ? n with { Cordoned = true } : n)["Nodes"].Fix);
    }

    [Fact]
    public void A_check_says_which_cluster_and_set_it_is_about_and_a_pipeline_takes_it_for_the_set()
    {
        ConsulPetSetCheck check = Around.Healthy().See(static look => look with { KubeConfig = "/k" })["Leader"];
        Assert.Equal(("consul", "default", "kind", "/k"), (check.PetSet, check.Namespace, check.Context, check.KubeConfig));
        Assert.Equal(("consul", "default"), (new PetSetReference(check).Name, new PetSetReference(check).Namespace));
        Assert.Equal(["consul-2"], Around.Healthy().See(static look => look.Is("consul-2", ConsulMemberStatus.Failed))["Members"].Target);
    }

    private static ObservedPod Waiting(ObservedPod pod, string phase, string? detail) => pod with { Ready = false, Running = false, Phase = phase, PhaseDetail = detail };

    private static ObservedPod Pulling(ObservedPod pod, string image) =>
        Waiting(pod, "ImagePullBackOff", "Back-off pulling image") with { Image = image, Waiting = [new("consul", image, "ImagePullBackOff", "Back-off pulling image")] };

    private static Around Old(Around around, params string[] names) =>
        around.See(look => look with { Pods = [.. look.Pods.Select(pod => names.Contains(pod.Name) ? pod with { Revision = "old" } : pod)] });
}
