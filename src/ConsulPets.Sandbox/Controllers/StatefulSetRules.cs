using System.Text.Json.Nodes;
using ConsulPets.Sandbox.Store;

namespace ConsulPets.Sandbox.Controllers;

/// <summary>
/// What a StatefulSet wants done. It follows the real one step by step (Kubernetes source, pkg/controller/statefulset/stateful_set_control.go), with what users
/// stumble over: in order, nothing happens behind a pod that is not ready, so a pod of a broken template also blocks the way back (kubernetes issue 67250).
/// </summary>
internal sealed class StatefulSetRules
{
    private readonly StatefulSetView set;
    private readonly IReadOnlyDictionary<string, JsonObject> claims;
    private readonly DateTimeOffset now;
    private readonly List<WorkloadAction> actions = [];
    private TimeSpan? recheck;

    private StatefulSetRules(StatefulSetView set, IReadOnlyDictionary<string, JsonObject> claims, DateTimeOffset now)
    {
        this.set = set;
        this.claims = claims;
        this.now = now;
    }

    /// <summary>Decides.</summary>
    /// <param name="json">The set.</param>
    /// <param name="pods">Its own pods.</param>
    /// <param name="claims">The claims of its namespace, by name.</param>
    /// <param name="revisions">Its own revisions.</param>
    /// <param name="now">The time.</param>
    /// <returns>What to do, and its new status.</returns>
    public static WorkloadPlan Decide(
        JsonObject json, IReadOnlyList<JsonObject> pods, IReadOnlyDictionary<string, JsonObject> claims, IReadOnlyList<JsonObject> revisions, DateTimeOffset now) =>
        new StatefulSetRules(new StatefulSetView(json), claims, now).Decide(pods, TemplateRevisions.Sorted(revisions));

    private WorkloadPlan Decide(IReadOnlyList<JsonObject> pods, IReadOnlyList<JsonObject> revisions)
    {
        // The first revision is made with the counter of collisions at zero, which is part of the name's hash.
        long collisions = set.Json.Number("status", "collisionCount") ?? 0;
        JsonObject update = UpdateRevision(revisions, ref collisions);
        JsonObject current = revisions.FirstOrDefault(item => NameOf(item) == set.Json.Text("status", "currentRevision")) ?? update;
        int rolledOut = Act(pods, current, update);
        foreach (JsonObject surplus in TemplateRevisions.Surplus(revisions, item => ReferenceEquals(item, current) || NameOf(item) == NameOf(update) || pods.Any(pod => RevisionOf(pod) == NameOf(item)), set.RevisionHistoryLimit))
        {
            actions.Add(new DeleteRevision(NameOf(surplus)));
        }

        return new WorkloadPlan(actions, Status(pods, NameOf(current), NameOf(update), collisions, rolledOut), recheck);
    }

    private static string NameOf(JsonObject json) => json.Text("metadata", "name") ?? string.Empty;

    private static string? RevisionOf(JsonObject pod) => pod.Text("metadata", "labels", StatefulSetObjects.RevisionLabel);

    private JsonObject UpdateRevision(IReadOnlyList<JsonObject> revisions, ref long collisions)
    {
        JsonObject data = TemplateRevisions.Data(set.Template);
        JsonObject? equal = revisions.LastOrDefault(item => JsonNode.DeepEquals(item["data"], data));
        if (equal is not null)
        {
            if (!ReferenceEquals(equal, revisions[^1]))
            {
                // A roll-back: the old revision is in use again, under a new number.
                actions.Add(new RenumberRevision(NameOf(equal), TemplateRevisions.Next(revisions)));
            }

            return equal;
        }

        string hash = TemplateRevisions.Hash(data, collisions);
        while (revisions.Any(item => NameOf(item) == $"{set.Name}-{hash}"))
        {
            collisions++;
            hash = TemplateRevisions.Hash(data, collisions);
        }

        var labels = (JsonObject)(set.Template.Part("metadata", "labels") ?? []).DeepClone();
        labels["controller.kubernetes.io/hash"] = hash;
        JsonObject made = TemplateRevisions.Make(set.Json, labels, data, hash, TemplateRevisions.Next(revisions));
        actions.Add(new CreateRevision((JsonObject)made.DeepClone()));
        return made;
    }

    // Gives how many pods of the current revision were taken away for the update, which the status does not count any more.
    private int Act(IReadOnlyList<JsonObject> pods, JsonObject current, JsonObject update)
    {
        if (set.IsBeingDeleted)
        {
            return 0;
        }

        Replica[] known = [.. pods.Select(pod => new Replica(set.Ordinal(NameOf(pod)) ?? -1, pod)).Where(static replica => replica.Ordinal >= 0)];
        Replica[] wanted =
        [
            .. Enumerable.Range(set.Start, set.Replicas).Select(ordinal => known.FirstOrDefault(replica => replica.Ordinal == ordinal) ?? new Replica(ordinal, null)),
        ];
        Replica[] condemned = [.. known.Where(replica => !set.IsWanted(replica.Ordinal)).OrderByDescending(static replica => replica.Ordinal)];
        Replica? firstUnavailable = wanted.FirstOrDefault(IsUnavailable) ?? condemned.LastOrDefault(IsUnavailable);
        foreach (Replica replica in wanted)
        {
            if (!Keep(replica, current, update) && !set.IsParallel)
            {
                return 0;
            }
        }

        foreach (Replica replica in condemned)
        {
            Own(replica);
        }

        foreach (Replica replica in condemned)
        {
            Condemn(replica.Pod!, replica == firstUnavailable);
            if (!set.IsParallel)
            {
                return 0;
            }
        }

        return set.IsOnDelete ? 0 : Roll(wanted, NameOf(update), NameOf(current));
    }

    // True when the next pod may be looked at.
    private bool Keep(Replica replica, JsonObject current, JsonObject update)
    {
        JsonObject? pod = replica.Pod;
        if (pod is not null && PodState.IsTerminal(pod))
        {
            if (!PodState.IsTerminating(pod))
            {
                Delete(pod);
            }

            return false;
        }

        if (pod is null)
        {
            return Create(replica.Ordinal, current, update);
        }

        if (PodState.Phase(pod) == "Pending")
        {
            AddMissingClaims(replica.Ordinal);
        }

        if (!set.IsParallel && (PodState.IsTerminating(pod) || !PodState.IsRunningAndReady(pod) || !IsAvailable(pod)))
        {
            return false;
        }

        Identify(replica.Ordinal, pod);
        Own(replica);
        return true;
    }

    private bool Create(int ordinal, JsonObject current, JsonObject update)
    {
        // A claim on its way out, or one that goes with an earlier pod of that name, would take the new pod's data with it.
        if (ClaimsOf(ordinal).Any(static claim => claim.Known is { } known && IsStale(known)))
        {
            return false;
        }

        AddMissingClaims(ordinal);
        bool isCurrent = !set.IsOnDelete && ordinal < set.Start + (set.Partition ?? (int)(set.Json.Number("status", "currentReplicas") ?? 0));
        JsonObject revision = isCurrent ? current : update;
        actions.Add(new CreatePod(StatefulSetObjects.Pod(set, isCurrent ? TemplateRevisions.Template(current) : set.Template, NameOf(revision), ordinal)));
        return false;
    }

    private static bool IsStale(JsonObject claim) =>
        claim.Text("metadata", "deletionTimestamp") is not null || Owner.Of(claim).Any(static owner => owner.Kind == "Pod");

    private void AddMissingClaims(int ordinal)
    {
        foreach ((JsonObject template, JsonObject? known) in ClaimsOf(ordinal))
        {
            if (known is null)
            {
                actions.Add(new CreateClaim(StatefulSetObjects.Claim(set, template, ordinal), set.PodName(ordinal)));
            }
        }
    }

    private IEnumerable<(JsonObject Template, JsonObject? Known)> ClaimsOf(int ordinal) =>
        set.ClaimTemplates.Select(template => (template, claims.GetValueOrDefault(set.ClaimName(template, ordinal))));

    private void Identify(int ordinal, JsonObject pod)
    {
        (string Label, string Value)[] wrong = [.. StatefulSetObjects.Identity(NameOf(pod), ordinal).Where(item => pod.Text("metadata", "labels", item.Label) != item.Value)];
        if (wrong.Length > 0 && !PodState.IsTerminating(pod))
        {
            actions.Add(new IdentifyPod(NameOf(pod), new JsonObject(wrong.Select(static item => KeyValuePair.Create(item.Label, (JsonNode?)item.Value)))));
        }
    }

    private void Own(Replica replica)
    {
        foreach ((JsonObject _, JsonObject? claim) in ClaimsOf(replica.Ordinal))
        {
            if (claim is null)
            {
                continue;
            }

            JsonArray owners = StatefulSetObjects.ClaimOwners(set, claim, replica.Pod, set.IsWanted(replica.Ordinal));
            if (!JsonNode.DeepEquals(owners, claim.At("metadata", "ownerReferences") ?? new JsonArray()))
            {
                actions.Add(new OwnClaim(NameOf(claim), owners));
            }
        }
    }

    // In order, a pod goes only when it is well, or when it is the very one that holds everything up.
    private void Condemn(JsonObject pod, bool isFirstUnavailable)
    {
        bool isWell = PodState.IsRunningAndReady(pod) && IsAvailable(pod);
        if (!PodState.IsTerminating(pod) && (set.IsParallel || isFirstUnavailable || isWell))
        {
            Delete(pod);
        }
    }

    private int Roll(Replica[] wanted, string update, string current)
    {
        for (int index = wanted.Length - 1; index >= (set.Partition ?? 0); index--)
        {
            // One that is made in this round is neither of the wrong revision nor available.
            if (wanted[index].Pod is { } pod && RevisionOf(pod) != update && !PodState.IsTerminating(pod))
            {
                Delete(pod);
                return RevisionOf(pod) == current ? 1 : 0;
            }

            if (IsUnavailable(wanted[index]))
            {
                return 0;
            }
        }

        return 0;
    }

    private void Delete(JsonObject pod)
    {
        string uid = pod.Text("metadata", "uid") ?? string.Empty;

        // In parallel a failed pod of an old revision is met twice: as failed, and as to be rolled.
        if (!actions.OfType<DeletePod>().Any(action => action.Uid == uid))
        {
            actions.Add(new DeletePod(NameOf(pod), uid));
        }
    }

    private bool IsUnavailable(Replica replica) =>
        replica.Pod is null || PodState.IsTerminating(replica.Pod) || !PodState.IsRunningAndReady(replica.Pod) || !IsAvailable(replica.Pod);

    private bool IsAvailable(JsonObject pod)
    {
        TimeSpan? left = PodState.UntilAvailable(pod, set.MinReadySeconds, now);
        if (left > TimeSpan.Zero && (recheck is null || left < recheck))
        {
            recheck = left;
        }

        return left == TimeSpan.Zero;
    }

    private JsonObject Status(IReadOnlyList<JsonObject> pods, string current, string update, long collisions, int rolledOut)
    {
        int ready = pods.Count(PodState.IsRunningAndReady);
        int available = pods.Count(pod => PodState.IsRunningAndReady(pod) && IsAvailable(pod));
        int ofCurrent = pods.Count(pod => !PodState.IsTerminating(pod) && RevisionOf(pod) == current) - rolledOut;
        int ofUpdate = pods.Count(pod => !PodState.IsTerminating(pod) && RevisionOf(pod) == update);
        if (!set.IsOnDelete && ofUpdate == set.Replicas && ready == set.Replicas && pods.Count == set.Replicas)
        {
            ofCurrent = ofUpdate;
            current = update;
        }

        var status = new JsonObject { ["observedGeneration"] = set.Json.Number("metadata", "generation") ?? 0, ["replicas"] = pods.Count };
        SetUnlessZero(status, "readyReplicas", ready);
        SetUnlessZero(status, "currentReplicas", ofCurrent);
        SetUnlessZero(status, "updatedReplicas", ofUpdate);
        status["currentRevision"] = current;
        status["updateRevision"] = update;
        status["collisionCount"] = collisions;
        status["availableReplicas"] = available;
        return status;
    }

    private static void SetUnlessZero(JsonObject status, string name, int value)
    {
        if (value != 0)
        {
            status[name] = value;
        }
    }

    private sealed record Replica(int Ordinal, JsonObject? Pod);
}
