using System.Text.Json;
using System.Text.Json.Nodes;
using ConsulPets.Engine.Kubernetes;
using ConsulPets.Engine.Manifests;
using ConsulPets.Engine.Observing;
using ConsulPets.Errors;
using ConsulPets.Observing;
using ConsulPets.Planning;

namespace ConsulPets.Engine.Executing;

/// <summary>
/// Makes the template that an update or undo rolls, and has the API server try it, so that what it does not accept is known before anything is frozen. Made again from the same values it is the same
/// template, so a run that was cut short is known by it.
/// </summary>
/// <param name="observer">The cluster.</param>
public sealed class TemplatePreparer(PetSetObserver observer)
{
    private static readonly TimeSpan LongestController = TimeSpan.FromSeconds(30);

    private readonly KubernetesApi api = observer.Api;

    /// <summary>Makes the template of an update.</summary>
    /// <param name="workload">The set.</param>
    /// <param name="change">What is to be another; with nothing in it, the template that the set has.</param>
    /// <param name="cancellationToken">Ends the calls.</param>
    /// <returns>The template.</returns>
    /// <exception cref="ConsulPetsException">KubernetesInvalid, ServerConfigInvalid, ServerConfigNotManaged.</exception>
    public async Task<PreparedTemplate> ForUpdateAsync(ObservedWorkload workload, TemplateChange change, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(workload);
        ArgumentNullException.ThrowIfNull(change);
        JsonElement live = await LiveAsync(workload, cancellationToken).ConfigureAwait(false);
        JsonObject template = Template(live);
        (string Former, JsonObject Latter)? configMap = change.ServerConfigJson is { } own ? await ConfigMapAsync(workload, template, own, cancellationToken).ConfigureAwait(false) : null;
        (JsonObject changed, IReadOnlyList<string> words) = TemplateChanges.Apply(
            template, change, configMap is { } maps ? (maps.Former, (string)maps.Latter["metadata"]!["name"]!) : null);
        JsonObject? isNew = configMap is { } made && made.Former != (string)made.Latter["metadata"]!["name"]! ? made.Latter : null;
        return await TryAsync(workload, live, changed, isNew, words, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Finds the template of an undo.</summary>
    /// <param name="workload">The set.</param>
    /// <param name="revision">The number of the revision; null for the one before.</param>
    /// <param name="cancellationToken">Ends the calls.</param>
    /// <returns>The template.</returns>
    /// <exception cref="ConsulPetsException">RevisionNotFound, ServerConfigNotFound, WaitTimedOut.</exception>
    public async Task<PreparedTemplate> ForUndoAsync(ObservedWorkload workload, long? revision, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(workload);

        // Before its controller has seen the newest template, nothing tells the newest revision from the one before.
        PetSetObservation look = await new PetSetWaiter(observer).WaitAsync(
            workload,
            static look => new WaitVerdict(look.Workload.ControllerIsCurrent, "the controller has not seen the newest specification", false),
            "seen by its controller",
            LongestController,
            cancellationToken).ConfigureAwait(false);
        JsonElement live = await LiveAsync(workload, cancellationToken).ConfigureAwait(false);
        string target = $"{workload.Namespace}/{workload.Name}";
        IReadOnlyList<JsonElement> kept = await RevisionsAsync(workload, cancellationToken).ConfigureAwait(false);
        (ObservedRevision? chosen, PlanRefusal? refusal) = UndoChoice.Of(
            look,
            OperationAnnotation.Read(live.Map("metadata", "annotations"), workload.Kind, target),
            OperationAnnotation.HashOf(live.GetProperty("spec").GetProperty("template")),
            [.. kept.Select(Revision)],
            revision);
        if (refusal is not null)
        {
            throw refusal.ToException(target);
        }

        if (chosen is null)
        {
            return await TryAsync(workload, live, Template(live), null, [], cancellationToken).ConfigureAwait(false);
        }

        JsonObject former = Template(kept.First(candidate => candidate.Text("metadata", "name") == chosen.Name).GetProperty("data"));
        former.Remove("$patch");
        foreach (string name in TemplateChanges.ConfigMaps(former))
        {
            await ConfigMapNamedAsync(workload, name, cancellationToken).ConfigureAwait(false);
        }

        PreparedTemplate prepared = await TryAsync(workload, live, former, null, [FormattableString.Invariant($"revision {chosen.Number}")], cancellationToken).ConfigureAwait(false);
        return prepared with { PodRevision = chosen.PodRevision };
    }

    /// <summary>Deletes the server configurations of earlier updates that no pod, no template and no revision names any more.</summary>
    /// <param name="workload">The set.</param>
    /// <param name="cancellationToken">Ends the calls.</param>
    /// <returns>A task.</returns>
    public async Task ForgetConfigurationsAsync(ObservedWorkload workload, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(workload);
        string selector = $"{PetSetLabels.SelectorText(workload.Name)},{PetSetLabels.ManagedBy}={PetSetLabels.Manager}";
        KubernetesList maps = await api.ListAsync(KubernetesResource.ConfigMaps, workload.Namespace, selector, null, cancellationToken).ConfigureAwait(false);
        JsonElement[] earlier = [.. maps.Items.Where(map => ServerConfigMap.IsOfUpdate(map.Text("metadata", "name"), workload.Name))];
        if (earlier.Length == 0)
        {
            return;
        }

        KubernetesList pods = await api.ListAsync(KubernetesResource.Pods, workload.Namespace, workload.Selector, null, cancellationToken).ConfigureAwait(false);
        IReadOnlyList<JsonElement> revisions = await RevisionsAsync(workload, cancellationToken).ConfigureAwait(false);
        JsonElement live = await LiveAsync(workload, cancellationToken).ConfigureAwait(false);
        string[] users = [live.GetProperty("spec").GetRawText(), .. revisions.Select(static revision => revision.GetRawText()), .. pods.Items.Select(static pod => pod.GetProperty("spec").GetRawText())];
        foreach (JsonElement map in earlier.Where(map => !users.Any(user => user.Contains($"\"{map.Text("metadata", "name")}\"", StringComparison.Ordinal))))
        {
            await api.DeleteAsync(KubernetesResource.ConfigMaps, workload.Namespace, map.Text("metadata", "name"), "Background", map.Text("metadata", "uid"), cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task<PreparedTemplate> TryAsync(
        ObservedWorkload workload, JsonElement live, JsonObject template, JsonObject? configMap, IReadOnlyList<string> words, CancellationToken cancellationToken)
    {
        JsonObject patch = MergePatch.Between(Template(live), template);
        JsonElement stored = patch.Count == 0
            ? live
            : await api.TryOutMergeAsync(
                KubernetesResource.Of(workload.Kind), workload.Namespace, workload.Name, new JsonObject { ["spec"] = new JsonObject { ["template"] = patch.DeepClone() } }, cancellationToken).ConfigureAwait(false);
        return new PreparedTemplate(patch, OperationAnnotation.HashOf(stored.GetProperty("spec").GetProperty("template")), configMap, words);
    }

    private async Task<JsonElement> LiveAsync(ObservedWorkload workload, CancellationToken cancellationToken) =>
        await api.FindAsync(KubernetesResource.Of(workload.Kind), workload.Namespace, workload.Name, cancellationToken).ConfigureAwait(false)
        ?? throw PetSetObserver.NotFound(workload.Namespace, workload.Name);

    private static JsonObject Template(JsonElement owner) => JsonNode.Parse(owner.GetProperty("spec").GetProperty("template").GetRawText())!.AsObject();

    private async Task<IReadOnlyList<JsonElement>> RevisionsAsync(ObservedWorkload workload, CancellationToken cancellationToken)
    {
        KubernetesList all = await api.ListAsync(KubernetesResource.ControllerRevisions, workload.Namespace, workload.Selector, null, cancellationToken).ConfigureAwait(false);
        return [.. all.Items.Where(revision => WorkloadReader.OwnerUid(revision) == workload.Uid)];
    }

    // A StatefulSet's pod bears the revision's name, a DaemonSet's its hash alone, which the revision has as a label.
    private static ObservedRevision Revision(JsonElement revision) => new(
        revision.Text("metadata", "name"),
        revision.Map("metadata", "labels").GetValueOrDefault("controller-revision-hash") ?? revision.Text("metadata", "name"),
        revision.Number("revision") ?? 0);

    private async Task<(string Former, JsonObject Latter)> ConfigMapAsync(ObservedWorkload workload, JsonObject template, string own, CancellationToken cancellationToken)
    {
        foreach (string name in TemplateChanges.ConfigMaps(template))
        {
            JsonElement map = await ConfigMapNamedAsync(workload, name, cancellationToken).ConfigureAwait(false);
            if (map.Map("metadata", "labels").GetValueOrDefault(PetSetLabels.ManagedBy) == PetSetLabels.Manager && map.Find("data", ServerConfigMap.File) is not null)
            {
                return (name, ServerConfigMap.After(map, workload, own));
            }
        }

        throw new ConsulPetsException(
            "ServerConfigNotManaged",
            ConsulPetsErrorKind.InvalidOperation,
            $"The servers of '{workload.Namespace}/{workload.Name}' read no config map that ConsulPets made, so their configuration is kept somewhere else.",
            $"Change it there (Helm values, your own manifests), then bring it to the pets with: Restart-ConsulPetSet {workload.Name}",
            $"{workload.Namespace}/{workload.Name}");
    }

    private async Task<JsonElement> ConfigMapNamedAsync(ObservedWorkload workload, string name, CancellationToken cancellationToken)
    {
        KubernetesList found = await api.ListAsync(KubernetesResource.ConfigMaps, workload.Namespace, null, $"metadata.name={name}", cancellationToken).ConfigureAwait(false);
        return found.Items is [{ } map]
            ? map
            : throw new ConsulPetsException(
                "ServerConfigNotFound",
                ConsulPetsErrorKind.ObjectNotFound,
                $"The config map '{name}' that the servers of '{workload.Namespace}/{workload.Name}' would read is not there, so their pods could not start.",
                "Make it again, or choose another revision with -ToRevision",
                $"{workload.Namespace}/{name}");
    }
}
