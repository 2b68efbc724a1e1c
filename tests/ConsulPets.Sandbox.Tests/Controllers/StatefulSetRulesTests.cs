using System.Text.Json.Nodes;
using ConsulPets.Sandbox.Controllers;
using ConsulPets.Sandbox.Store;

namespace ConsulPets.Sandbox.Tests.Controllers;

public sealed class StatefulSetRulesTests
{
    private static readonly DateTimeOffset Now = new(2026, 1, 31, 12, 0, 0, TimeSpan.Zero);

    // A pod is written as its number and a letter: r ready, p pending, t ready but ending, f failed, n ready of the new template, s pending of the new template.
    [Theory]
    [InlineData("", 3, false, "create 0")]
    [InlineData("0r", 3, false, "create 1")]
    [InlineData("0p", 3, false, "")]
    [InlineData("0r 2r", 3, false, "create 1")]
    [InlineData("0t 1r", 3, false, "")]
    [InlineData("", 3, true, "create 0,create 1,create 2")]
    [InlineData("0p 2r", 3, true, "create 1")]
    [InlineData("0f 1r 2r", 3, false, "delete 0")]
    [InlineData("0r 1r 2r 3r 4r", 3, false, "delete 4")]
    [InlineData("0r 1r 2r 3r 4t", 3, false, "")]
    [InlineData("0r 1r 2r 3p 4r", 3, false, "delete 4")]
    [InlineData("0r 1r 2r 3p 4p", 3, false, "")]
    [InlineData("0r 1r 2r 3p", 3, false, "delete 3")]
    [InlineData("0r 1p 2r 3r", 3, false, "")]
    [InlineData("0r 1r 2r 3r 4r", 3, true, "delete 4,delete 3")]
    [InlineData("0r 1r 2r", 3, false, "")]
    public void Pods_are_made_and_removed_in_order(string pods, int replicas, bool isParallel, string expected)
    {
        JsonObject set = Set(replicas, "old", isParallel);
        Assert.Equal(expected, Told(Decide(set, Pods(pods))));
    }

    [Theory]
    [InlineData("0r 1r 2r", 0, "delete 2")]
    [InlineData("0r 1r 2t", 0, "")]
    [InlineData("0r 1r 2s", 0, "")]
    [InlineData("0r 1r 2n", 0, "delete 1")]
    [InlineData("0r 1r 2n", 2, "")]
    [InlineData("0r 1r 2r", 3, "")]
    [InlineData("0r 1p 2r", 0, "")]
    [InlineData("0r 1r", 0, "create 2 new")]
    [InlineData("0r 2n", 2, "create 1 old")]
    [InlineData("1r 2n", 0, "create 0 new")]
    public void A_new_template_reaches_one_pod_after_the_other(string pods, int partition, string expected)
    {
        JsonObject set = Set(3, "new");
        Manifests.SetPartition(set, partition);
        Assert.Equal(expected, Told(Decide(set, Pods(pods)), withImage: true));
    }

    [Fact]
    public void A_pod_has_to_be_ready_for_as_long_as_asked_and_is_looked_at_again_then()
    {
        JsonObject set = Set(3, "new");
        set.Make("spec")["minReadySeconds"] = 30;
        WorkloadPlan plan = Decide(set, Pods("0r 1r 2n"), Now.AddSeconds(10));
        Assert.Equal(string.Empty, Told(plan));
        Assert.Equal(TimeSpan.FromSeconds(20), plan.Recheck);
        Assert.Equal((3L, 0L), (plan.Status!.Number("readyReplicas"), plan.Status!.Number("availableReplicas")));
        Assert.Equal("delete 1", Told(Decide(set, Pods("0r 1r 2n"), Now.AddSeconds(30))));
    }

    [Theory]
    [InlineData("0r 1r 2n", 2, 3, 3, 2, 1, false)]
    [InlineData("0n 1n 2n", 0, 3, 3, 3, 3, true)]
    [InlineData("0n 1n 2s", 0, 3, 2, null, 3, false)]
    public void The_status_counts_as_the_real_one_does(string pods, int partition, int replicas, int ready, int? current, int updated, bool isDone) =>
        AssertStatus(pods, partition, replicas, ready, current, updated, isDone);

    [Theory]
    [InlineData("0r 1r 2r")]
    [InlineData("0r 1r 2t")]
    public void While_a_pod_goes_it_counts_as_neither(string pods) => AssertStatus(pods, 0, 3, 3, 2, null, false);

    [Fact]
    public void A_set_that_is_being_deleted_does_nothing()
    {
        JsonObject set = Set(3, "old");
        set.Make("metadata")["deletionTimestamp"] = JsonText.Timestamp(Now);
        Assert.Equal(string.Empty, Told(Decide(set, Pods("0r"))));
    }

    [Fact]
    public void A_pod_is_not_made_while_its_old_claim_goes()
    {
        JsonObject set = Set(1, "old");
        Manifests.AddClaims(set);
        JsonObject claim = Manifests.Claim("data-consul-0");
        claim.Make("metadata")["deletionTimestamp"] = JsonText.Timestamp(Now);
        WorkloadPlan plan = StatefulSetRules.Decide(set, [], new Dictionary<string, JsonObject> { ["data-consul-0"] = claim }, Revisions(), Now);
        Assert.Equal(string.Empty, Told(plan));
    }

    [Fact]
    public void Only_as_many_unused_revisions_are_kept_as_asked_and_an_old_one_is_used_again()
    {
        JsonObject set = Set(0, "image-3");
        set.Make("spec")["revisionHistoryLimit"] = 2;
        JsonObject[] revisions = [.. Enumerable.Range(1, 6).Select(number => Revision($"image-{number}", number))];
        set.Make("status")["currentRevision"] = revisions[5].Text("metadata", "name");
        WorkloadPlan plan = StatefulSetRules.Decide(set, [], new Dictionary<string, JsonObject>(), revisions, Now);
        Assert.Equal(7, Assert.Single(plan.Actions.OfType<RenumberRevision>()).Number);
        Assert.Equal(revisions[2].Text("metadata", "name"), plan.Status!.Text("updateRevision"));
        Assert.Equal([revisions[0].Text("metadata", "name"), revisions[1].Text("metadata", "name")], plan.Actions.OfType<DeleteRevision>().Select(static action => action.Name));
    }

    [Fact]
    public void A_revision_has_the_name_that_the_real_one_gives_it()
    {
        // As a real cluster, 1.20.2, named it.
        JsonObject template = Manifests.Parse(
            """
            {"metadata":{"creationTimestamp":null,"labels":{"app":"z"}},"spec":{"containers":[{"image":"busybox","imagePullPolicy":"Always","name":"z","resources":{},"terminationMessagePath":"/dev/termination-log","terminationMessagePolicy":"File"}],"dnsPolicy":"ClusterFirst","restartPolicy":"Always","schedulerName":"default-scheduler","securityContext":{},"terminationGracePeriodSeconds":30}}
            """);
        Assert.Equal("fc4bb68ff", TemplateRevisions.Hash(TemplateRevisions.Data(template), 0));
    }

    private static void AssertStatus(string pods, int partition, int replicas, int ready, int? current, int? updated, bool isDone)
    {
        JsonObject set = Set(3, "new");
        Manifests.SetPartition(set, partition);
        JsonObject status = Decide(set, Pods(pods)).Status!;
        Assert.Equal(
            ((long?)replicas, (long?)ready, (long?)current, (long?)updated),
            (status.Number("replicas"), status.Number("readyReplicas"), status.Number("currentReplicas"), status.Number("updatedReplicas")));
        Assert.Equal(isDone, status.Text("currentRevision") == status.Text("updateRevision"));
    }

    private static WorkloadPlan Decide(JsonObject set, IReadOnlyList<JsonObject> pods, DateTimeOffset? now = null) =>
        StatefulSetRules.Decide(set, pods, new Dictionary<string, JsonObject>(), Revisions(), now ?? Now);

    private static JsonObject[] Revisions() => [Revision("old", 1), Revision("new", 2)];

    private static JsonObject Revision(string image, long number)
    {
        JsonObject set = Manifests.StatefulSet(image: image);
        JsonObject data = TemplateRevisions.Data(set.Part("spec", "template")!);
        return TemplateRevisions.Make(set, [], data, TemplateRevisions.Hash(data, 0), number);
    }

    private static JsonObject Set(int replicas, string image, bool isParallel = false)
    {
        JsonObject set = Manifests.StatefulSet(replicas: replicas, image: image);
        set.Make("spec")["podManagementPolicy"] = isParallel ? "Parallel" : "OrderedReady";
        set.Make("status")["currentRevision"] = Revision("old", 1).Text("metadata", "name");
        return set;
    }

    private static JsonObject[] Pods(string text) => [.. text.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(Pod)];

    private static JsonObject Pod(string text)
    {
        int ordinal = text[0] - '0';
        string image = text[1] is 'n' or 's' ? "new" : "old";
        JsonObject set = Manifests.StatefulSet(image: image);
        JsonObject pod = StatefulSetObjects.Pod(new StatefulSetView(set), set.Part("spec", "template")!, Revision(image, 1).Text("metadata", "name")!, ordinal);
        pod.Make("metadata")["uid"] = $"uid-{ordinal}";
        pod["status"] = new JsonObject { ["phase"] = text[1] switch { 'p' or 's' => "Pending", 'f' => "Failed", _ => "Running" } };
        if (text[1] is 'r' or 'n' or 't')
        {
            PodState.SetCondition(pod, new JsonObject { ["type"] = "Ready", ["status"] = "True" }, Now);
        }

        if (text[1] == 't')
        {
            pod.Make("metadata")["deletionTimestamp"] = JsonText.Timestamp(Now);
        }

        return pod;
    }

    private static string Told(WorkloadPlan plan, bool withImage = false) => string.Join(',', plan.Actions.Select(action => action switch
    {
        CreatePod create => $"create {create.Pod.Text("metadata", "labels", StatefulSetObjects.PodIndexLabel)}" + (withImage ? $" {create.Pod.Items("spec", "containers").First().Text("image")}" : string.Empty),
        DeletePod delete => $"delete {delete.Name[^1]}",
        _ => null,
    }).OfType<string>());
}
