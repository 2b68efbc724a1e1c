using System.Text.Json.Nodes;
using ConsulPets.Sandbox.Store;

namespace ConsulPets.Sandbox.Controllers;

/// <summary>What a DaemonSet wants done (Kubernetes source, pkg/controller/daemon: daemon_controller.go and update.go, for a maxSurge of 0).</summary>
internal sealed class DaemonSetRules
{
    // The real one's back-off of pods that fail: from a second, doubled each time.
    private static readonly TimeSpan ShortestBackOff = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestBackOff = TimeSpan.FromMinutes(15);

    private readonly JsonObject set;
    private readonly IReadOnlyList<JsonObject> nodes;
    private readonly Func<string, FailedPods> failures;
    private readonly DateTimeOffset now;
    private readonly List<WorkloadAction> actions = [];
    private readonly string name;
    private readonly long minReadySeconds;
    private readonly JsonObject template;
    private string hash = string.Empty;
    private TimeSpan? recheck;

    private DaemonSetRules(JsonObject set, IReadOnlyList<JsonObject> nodes, Func<string, FailedPods> failures, DateTimeOffset now)
    {
        this.set = set;
        this.nodes = nodes;
        this.failures = failures;
        this.now = now;
        name = set.Text("metadata", "name") ?? string.Empty;
        minReadySeconds = set.Number("spec", "minReadySeconds") ?? 0;
        template = set.Part("spec", "template") ?? [];
    }

    /// <summary>Decides.</summary>
    /// <param name="set">The set.</param>
    /// <param name="nodes">All nodes.</param>
    /// <param name="pods">Its own pods.</param>
    /// <param name="revisions">Its own revisions.</param>
    /// <param name="failures">What is known of pods that failed on a node.</param>
    /// <param name="now">The time.</param>
    /// <returns>What to do, and its new status.</returns>
    public static WorkloadPlan Decide(
        JsonObject set, IReadOnlyList<JsonObject> nodes, IReadOnlyList<JsonObject> pods, IReadOnlyList<JsonObject> revisions, Func<string, FailedPods> failures, DateTimeOffset now) =>
        new DaemonSetRules(set, nodes, failures, now).Decide(pods, TemplateRevisions.Sorted(revisions));

    private WorkloadPlan Decide(IReadOnlyList<JsonObject> pods, IReadOnlyList<JsonObject> revisions)
    {
        string revision = Revision(revisions);
        if (set.Text("metadata", "deletionTimestamp") is not null)
        {
            return new WorkloadPlan([], null, null);
        }

        var byNode = pods.GroupBy(static pod => DaemonSetObjects.Target(pod) ?? string.Empty).ToDictionary(static group => group.Key, static group => group.OrderBy(PodState.Created).ToArray(), StringComparer.Ordinal);
        Site[] sites =
        [
            .. nodes.Select(node => node.Text("metadata", "name") ?? string.Empty).Zip(nodes, (place, node) => Place(place, node, byNode.GetValueOrDefault(place) ?? [])),
        ];
        foreach (Site site in sites)
        {
            Manage(site);
        }

        // A pod that waits for a node that is no more will wait for ever.
        var names = sites.Select(static site => site.Node).ToHashSet(StringComparer.Ordinal);
        foreach (JsonObject pod in pods.Where(pod => PodState.Node(pod) is null && !names.Contains(DaemonSetObjects.Target(pod) ?? string.Empty)))
        {
            Delete(pod);
        }

        if (set.Text("spec", "updateStrategy", "type") != "OnDelete")
        {
            Roll(sites);
        }

        foreach (JsonObject surplus in TemplateRevisions.Surplus(revisions, item => NameOf(item) == revision || pods.Any(pod => NameOf(item) == $"{name}-{HashOf(pod)}"), set.Number("spec", "revisionHistoryLimit") ?? 10))
        {
            actions.Add(new DeleteRevision(NameOf(surplus)));
        }

        return new WorkloadPlan(actions, Status(sites), recheck);
    }

    private static string NameOf(JsonObject json) => json.Text("metadata", "name") ?? string.Empty;

    private static string? HashOf(JsonObject pod) => pod.Text("metadata", "labels", StatefulSetObjects.RevisionLabel);

    private string Revision(IReadOnlyList<JsonObject> revisions)
    {
        JsonObject data = TemplateRevisions.Data(template);
        JsonObject? equal = revisions.LastOrDefault(item => JsonNode.DeepEquals(item["data"], data));
        if (equal is not null)
        {
            hash = equal.Text("metadata", "labels", StatefulSetObjects.RevisionLabel) ?? NameOf(equal)[(name.Length + 1)..];
            if (!ReferenceEquals(equal, revisions[^1]))
            {
                actions.Add(new RenumberRevision(NameOf(equal), TemplateRevisions.Next(revisions)));
            }

            return NameOf(equal);
        }

        hash = TemplateRevisions.Hash(data, set.Number("status", "collisionCount"));
        var labels = (JsonObject)(template.Part("metadata", "labels") ?? []).DeepClone();
        labels[StatefulSetObjects.RevisionLabel] = hash;
        actions.Add(new CreateRevision(TemplateRevisions.Make(set, labels, data, hash, TemplateRevisions.Next(revisions))));
        return $"{name}-{hash}";
    }

    private Site Place(string place, JsonObject node, JsonObject[] pods)
    {
        JsonObject spec = template.Part("spec") ?? [];
        JsonObject[] tolerations = [.. spec.Items("tolerations"), .. DaemonSetObjects.Tolerations(template)];
        bool fits = NodeMatch.Fits(spec, node) && (spec.Text("nodeName") is not { Length: > 0 } fixedNode || fixedNode == place);
        bool shouldRun = fits && Taints.Untolerated(Taints.Of(node), tolerations, "NoSchedule", "NoExecute") is null;
        bool shouldStay = fits && Taints.Untolerated(Taints.Of(node), tolerations, "NoExecute") is null;
        return new Site(place, pods, shouldRun, shouldStay);
    }

    private void Manage(Site site)
    {
        if (!site.ShouldStay)
        {
            foreach (JsonObject pod in site.Pods)
            {
                Delete(pod);
            }

            return;
        }

        var kept = new List<JsonObject>();
        foreach (JsonObject pod in site.Pods)
        {
            if (!PodState.IsTerminating(pod) && PodState.IsTerminal(pod))
            {
                Replace(site.Node, pod);
            }
            else
            {
                kept.Add(pod);
            }
        }

        if (site.Pods.Count == 0 && site.ShouldRun)
        {
            actions.Add(new CreatePod(DaemonSetObjects.Pod(set, hash, site.Node)));
        }

        // The oldest stays. A pod that is ending still has its place: the next is made when it is gone.
        foreach (JsonObject surplus in kept.Where(static pod => !PodState.IsTerminating(pod)).Skip(kept.Any(PodState.IsTerminating) ? 0 : 1).Where(_ => kept.Count > 1))
        {
            Delete(surplus);
        }
    }

    private void Replace(string place, JsonObject pod)
    {
        FailedPods known = failures(place);
        TimeSpan backOff = known.Count == 0 ? TimeSpan.Zero : ShortestBackOff * Math.Pow(2, Math.Min(known.Count - 1, 12));
        backOff = backOff < LongestBackOff ? backOff : LongestBackOff;
        TimeSpan left = known.Last + backOff - now;
        if (left > TimeSpan.Zero)
        {
            Recheck(left);
            return;
        }

        string phase = PodState.Phase(pod);
        string full = $"{pod.Text("metadata", "namespace")}/{NameOf(pod)}";
        string told = phase == "Failed" ? "failed daemon pod" : "succeeded daemon pod";
        string wish = phase == "Failed" ? "will try to kill it" : "will try to delete it";
        actions.Add(new DeletePod(NameOf(pod), pod.Text("metadata", "uid") ?? string.Empty) { Because = ($"{phase}DaemonPod", $"Found {told} {full} on node {place}, {wish}") });
    }

    private void Delete(JsonObject pod)
    {
        string uid = pod.Text("metadata", "uid") ?? string.Empty;
        if (!PodState.IsTerminating(pod) && !actions.OfType<DeletePod>().Any(action => action.Uid == uid))
        {
            actions.Add(new DeletePod(NameOf(pod), uid));
        }
    }

    private void Roll(Site[] sites)
    {
        int desired = sites.Count(static site => site.ShouldRun);
        long allowed = IntOrPercent.Of(set.At("spec", "updateStrategy", "rollingUpdate", "maxUnavailable"), desired) ?? 1;
        int unavailable = 0;
        var broken = new List<JsonObject>();
        var candidates = new List<JsonObject>();
        foreach (Site site in sites.Where(static site => site.ShouldStay))
        {
            JsonObject[] pods = [.. site.Pods.Where(static pod => !PodState.IsTerminating(pod))];
            if (pods is not [JsonObject pod])
            {
                // None, or too many: that node is at work already.
                unavailable += site.ShouldRun || pods.Length > 0 ? 1 : 0;
            }
            else if (HashOf(pod) == hash)
            {
                unavailable += IsAvailable(pod) ? 0 : 1;
            }
            else if (IsAvailable(pod))
            {
                candidates.Add(pod);
            }
            else
            {
                // An old pod that does not work anyway may go without waiting.
                broken.Add(pod);
                unavailable++;
            }
        }

        foreach (JsonObject pod in broken.Concat(candidates.Take((int)Math.Max(0, allowed - unavailable))))
        {
            Delete(pod);
        }
    }

    private bool IsAvailable(JsonObject pod)
    {
        TimeSpan? left = PodState.UntilAvailable(pod, minReadySeconds, now);
        if (left > TimeSpan.Zero)
        {
            Recheck(left.Value);
        }

        return left == TimeSpan.Zero;
    }

    private void Recheck(TimeSpan after) => recheck = recheck is null || after < recheck ? after : recheck;

    private JsonObject Status(Site[] sites)
    {
        Site[] wanted = [.. sites.Where(static site => site.ShouldRun)];
        JsonObject[] pods = [.. wanted.Where(static site => site.Pods.Count > 0).Select(static site => site.Pods[0])];
        int available = pods.Count(IsAvailable);
        var status = new JsonObject
        {
            ["currentNumberScheduled"] = pods.Length,
            ["numberMisscheduled"] = sites.Count(static site => !site.ShouldRun && site.Pods.Count > 0),
            ["desiredNumberScheduled"] = wanted.Length,
            ["numberReady"] = pods.Count(PodState.IsReady),
            ["observedGeneration"] = set.Number("metadata", "generation") ?? 0,
        };
        SetUnlessZero(status, "updatedNumberScheduled", pods.Count(pod => HashOf(pod) == hash));
        SetUnlessZero(status, "numberAvailable", available);
        SetUnlessZero(status, "numberUnavailable", wanted.Length - available);
        if (set.Number("status", "collisionCount") is { } collisions)
        {
            status["collisionCount"] = collisions;
        }

        return status;
    }

    private static void SetUnlessZero(JsonObject status, string field, int value)
    {
        if (value != 0)
        {
            status[field] = value;
        }
    }

    /// <summary>What is known of a node's pods of the set that failed.</summary>
    /// <param name="Count">How many in a row.</param>
    /// <param name="Last">When the last was deleted.</param>
    internal readonly record struct FailedPods(int Count, DateTimeOffset Last);

    private sealed record Site(string Node, IReadOnlyList<JsonObject> Pods, bool ShouldRun, bool ShouldStay);
}
