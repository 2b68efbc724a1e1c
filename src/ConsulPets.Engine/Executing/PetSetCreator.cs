using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using ConsulPets.Engine.Kubernetes;
using ConsulPets.Engine.Manifests;
using ConsulPets.Engine.Observing;
using ConsulPets.Engine.Security;
using ConsulPets.Errors;
using ConsulPets.Planning;

namespace ConsulPets.Engine.Executing;

/// <summary>How to treat what is there already.</summary>
/// <param name="AdoptVolumes">Start on the volumes of an earlier set of this name.</param>
/// <param name="PurgeVolumes">Delete them first.</param>
/// <param name="Force">Take over fields of other managers.</param>
/// <param name="Authority">The user's own certificate authority; null for one of the set's own.</param>
public sealed record CreationChoices(bool AdoptVolumes, bool PurgeVolumes, bool Force, GivenAuthority? Authority = null);

/// <summary>What stands before a creation: found by reading only.</summary>
/// <param name="Objects">What will be applied.</param>
/// <param name="Existing">The set, when it exists already; else null.</param>
/// <param name="IsChanged">Whether the set exists with other values, and has nothing to lose.</param>
/// <param name="LeftoverClaims">The claims of an earlier set of this name.</param>
/// <param name="LeftoverSecrets">The Secrets of an earlier set of this name, or of an earlier run; they are kept unless the volumes are purged.</param>
/// <param name="Steps">What will be done, for -WhatIf.</param>
public sealed record CreationPlan(
    IReadOnlyList<ManifestObject> Objects, ObservedWorkload? Existing, bool IsChanged, IReadOnlyList<string> LeftoverClaims, IReadOnlyList<string> LeftoverSecrets, IReadOnlyList<ConsulPetStep> Steps);

/// <summary>Makes a pet set by server-side apply. Running it again with the same values changes nothing, and goes on where an earlier run stopped.</summary>
/// <param name="observer">The observer.</param>
public sealed partial class PetSetCreator(PetSetObserver observer)
{
    private static readonly TimeSpan LongestController = TimeSpan.FromSeconds(30);

    private readonly KubernetesApi api = observer.Api;

    /// <summary>Checks everything that can be checked by reading, and by dry runs, which store nothing.</summary>
    /// <param name="specification">What is to be made.</param>
    /// <param name="choices">How to treat what is there.</param>
    /// <param name="cancellationToken">Ends the calls.</param>
    /// <returns>The plan.</returns>
    /// <exception cref="ConsulPetsException">StorageClassNotFound, LeftoverVolumes, PetSetExists, FieldConflict.</exception>
    public async Task<CreationPlan> PlanAsync(PetSetSpecification specification, CreationChoices choices, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(specification);
        ArgumentNullException.ThrowIfNull(choices);
        Task storageClass = CheckStorageClassAsync(specification, cancellationToken);
        Task<IReadOnlyList<string>> policy = api.ServedVersionsAsync("policy", cancellationToken);
        Task<IReadOnlyList<ObservedWorkload>> workloads = observer.FindWorkloadsAsync(specification.Namespace, specification.Name, cancellationToken);
        await Task.WhenAll(storageClass, policy, workloads).ConfigureAwait(false);
        ObservedWorkload? existing = (await workloads.ConfigureAwait(false)).FirstOrDefault();
        IReadOnlyList<string> leftovers = existing is null ? await LeftoversAsync(specification, choices, cancellationToken).ConfigureAwait(false) : [];
        IReadOnlyList<string> policies = await policy.ConfigureAwait(false);
        IReadOnlyList<ManifestObject> objects = PetSetManifest.Build(specification, policies.Contains("v1") ? "v1" : policies.Count > 0 ? policies[0] : null);
        if (existing is not null && existing.Kind != specification.Kind)
        {
            throw Exists(existing, $"as a {existing.Kind}");
        }

        IReadOnlyList<string> secrets = await SecretsAsync(specification, choices, leftovers, cancellationToken).ConfigureAwait(false);
        bool isChanged = false;
        foreach (ManifestObject item in objects)
        {
            isChanged |= await DryRunAsync(item, specification, existing, choices, cancellationToken).ConfigureAwait(false);
        }

        return new CreationPlan(objects, existing, isChanged, leftovers, secrets, Steps(specification, objects, choices.PurgeVolumes ? leftovers : [], secrets));
    }

    // Those of the data that is purged go with it; else what is there counts, of a set that runs and of an earlier run that was cut short.
    private async Task<IReadOnlyList<string>> SecretsAsync(PetSetSpecification specification, CreationChoices choices, IReadOnlyList<string> leftovers, CancellationToken cancellationToken)
    {
        if (!specification.Security.IsAny)
        {
            return [];
        }

        var secrets = new SetSecrets(api);
        IReadOnlyList<string> there = await secrets.ExistingAsync(specification.Namespace, specification.Name, cancellationToken).ConfigureAwait(false);
        if (choices.Authority is { } given && !(choices.PurgeVolumes && leftovers.Count > 0))
        {
            CertificateAuthority.Load(given.Certificate, given.Key).Dispose();
            await secrets.CheckAsync(specification, given, cancellationToken).ConfigureAwait(false);
        }

        return there;
    }

    /// <summary>Carries out a plan.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="specification">What it was made for.</param>
    /// <param name="choices">The choices that it was made with.</param>
    /// <param name="cancellationToken">Ends the calls. Nothing is lost: the same command goes on.</param>
    /// <returns>The set.</returns>
    public async Task<ObservedWorkload> CreateAsync(CreationPlan plan, PetSetSpecification specification, CreationChoices choices, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(plan);
        ArgumentNullException.ThrowIfNull(specification);
        ArgumentNullException.ThrowIfNull(choices);
        if (choices.PurgeVolumes)
        {
            await PurgeAsync(plan.LeftoverClaims, specification.Namespace, cancellationToken).ConfigureAwait(false);
            if (plan.LeftoverClaims.Count > 0)
            {
                await new SetSecrets(api).DeleteAsync(specification.Namespace, plan.LeftoverSecrets, cancellationToken).ConfigureAwait(false);
            }
        }

        // What the pods mount comes before them; the token is kept before any server could know it.
        string? authority = await new SetSecrets(api).EnsureAsync(specification, choices.Authority, TimeProvider.System.GetUtcNow(), cancellationToken).ConfigureAwait(false);
        JsonElement workload = default;
        foreach (ManifestObject item in authority is null ? plan.Objects : [PetSetManifest.AuthorityMap(specification, authority), .. plan.Objects])
        {
            workload = await ApplyAsync(item, choices.Force, dryRun: false, cancellationToken).ConfigureAwait(false);
        }

        PetSetKind kind = plan.Objects[^1].Resource.Kind == "StatefulSet" ? PetSetKind.StatefulSet : PetSetKind.DaemonSet;
        ObservedWorkload created = WorkloadReader.Workload(workload, kind)!;
        if (plan.IsChanged)
        {
            await FreeStuckPodsAsync(created, cancellationToken).ConfigureAwait(false);
        }

        return created;
    }

    private async Task<JsonElement> ApplyAsync(ManifestObject item, bool force, bool dryRun, CancellationToken cancellationToken)
    {
        // The cluster is asked, not guessed at: a field that its schema does not have is named in its refusal, and left out if it is an optional one.
        while (true)
        {
            try
            {
                return await api.ApplyAsync(item.Resource, item.Json, force, dryRun, cancellationToken).ConfigureAwait(false);
            }
            catch (ConsulPetsException exception) when (UndeclaredField(exception.Message, item.Optional) is { } field && Leave(item.Json, field))
            {
                observer.OnDetail?.Invoke($"this cluster's {item.Resource.Kind} has no field {field}: left out");
            }
        }
    }

    private static string? UndeclaredField(string message, IReadOnlyList<string> optional) =>
        message.Contains("field not declared in schema", StringComparison.Ordinal)
            ? optional.FirstOrDefault(field => FieldPath().Matches(message).Any(match => match.Value.TrimStart('.') == field))
            : null;

    [GeneratedRegex(@"\.spec(\.\w+)+", RegexOptions.CultureInvariant)]
    private static partial Regex FieldPath();

    private static bool Leave(JsonObject json, string path)
    {
        string[] parts = path.Split('.');
        JsonObject? parent = json;
        foreach (string part in parts[..^1])
        {
            parent = parent?[part] as JsonObject;
        }

        return parent?.Remove(parts[^1]) ?? false;
    }

    private async Task CheckStorageClassAsync(PetSetSpecification specification, CancellationToken cancellationToken)
    {
        if (specification.StorageClass is not { Length: > 0 } name || specification.Ephemeral || specification.Kind == PetSetKind.DaemonSet)
        {
            return;
        }

        try
        {
            if (await api.FindAsync(KubernetesResource.StorageClasses, null, name, cancellationToken).ConfigureAwait(false) is null)
            {
                throw new ConsulPetsException(
                    "StorageClassNotFound",
                    ConsulPetsErrorKind.ObjectNotFound,
                    $"The cluster has no storage class '{name}', so the volumes of '{specification.Name}' could never be made.",
                    "Name one that it has with -StorageClass, leave it away for the default one, or keep the data in the pods with -Ephemeral",
                    name);
            }
        }
        catch (ConsulPetsException exception) when (exception.ErrorId == "KubernetesForbidden")
        {
            observer.OnDetail?.Invoke($"the storage class '{name}' was not checked: {exception.Message}");
        }
    }

    private async Task<IReadOnlyList<string>> LeftoversAsync(PetSetSpecification specification, CreationChoices choices, CancellationToken cancellationToken)
    {
        if (specification.Ephemeral || specification.Kind == PetSetKind.DaemonSet)
        {
            return [];
        }

        IReadOnlyList<string> claims = await PetSetClaims.NamesAsync(api, specification.Namespace, specification.Name, [PodTemplate.DataVolume], cancellationToken).ConfigureAwait(false);
        return claims.Count == 0 || choices.AdoptVolumes || choices.PurgeVolumes
            ? claims
            : throw new ConsulPetsException(
                "LeftoverVolumes",
                ConsulPetsErrorKind.ResourceExists,
                $"Volumes of an earlier set '{specification.Name}' are still there: {string.Join(", ", claims)}. A new set would start on their old data.",
                "Go on with that data: -AdoptVolumes; or delete it first: -PurgeVolumes",
                $"{specification.Namespace}/{specification.Name}");
    }

    // Applying other values to a running set would roll or scale it (or change its configuration behind its back) with no regard to raft.
    private async Task<bool> DryRunAsync(
        ManifestObject item, PetSetSpecification specification, ObservedWorkload? existing, CreationChoices choices, CancellationToken cancellationToken)
    {
        JsonElement stored;
        try
        {
            stored = await ApplyAsync(item, choices.Force, dryRun: true, cancellationToken).ConfigureAwait(false);
        }
        catch (ConsulPetsException exception) when (existing is not null && exception.ErrorId == "KubernetesInvalid" && exception.Message.Contains("updates to statefulset spec", StringComparison.Ordinal))
        {
            throw Exists(existing, "with other volumes, which cannot be changed");
        }
        catch (ConsulPetsException exception) when (existing is not null && exception.ErrorId == KubernetesErrors.OwnFields)
        {
            // What a resize or an update wrote is no stranger's.
            throw Exists(existing, "with other values");
        }

        if (existing is null || item.Resource.Kind is not ("ConfigMap" or "StatefulSet" or "DaemonSet"))
        {
            return false;
        }

        string name = (string)item.Json["metadata"]!["name"]!;
        KubernetesList live = await api.ListAsync(item.Resource, existing.Namespace, null, $"metadata.name={name}", cancellationToken).ConfigureAwait(false);
        bool isUnchanged = live.Items is [{ } there]
            && (item.Resource.Kind == "ConfigMap"
                ? there.Map("data").OrderBy(static entry => entry.Key, StringComparer.Ordinal).SequenceEqual(stored.Map("data").OrderBy(static entry => entry.Key, StringComparer.Ordinal))
                : there.Number("metadata", "generation") == stored.Number("metadata", "generation"));
        if (isUnchanged || BootstrapRules.HasNothingToLose(await observer.ObserveAsync(existing, default, cancellationToken).ConfigureAwait(false)))
        {
            return !isUnchanged;
        }

        return item.Resource.Kind != "ConfigMap" ? throw Exists(existing, "with other values")
            : live.Items is [{ } former] && KeepBootstrapValues(item.Json, specification, former) ? false
            : throw Exists(existing, "with another server configuration");
    }

    // Consul reads bootstrap_expect and autopilot.min_quorum once, when raft begins: after a resize they say the size that the set had then, and nothing comes of it.
    private static bool KeepBootstrapValues(JsonObject configMap, PetSetSpecification specification, JsonElement live)
    {
        string former = live.Map("data").GetValueOrDefault(ServerConfigMap.File, string.Empty);
        if (specification.Kind == PetSetKind.DaemonSet || ServerConfiguration.BootstrapSize(former) is not { } size || ServerConfiguration.Build(specification with { Replicas = size }) != former)
        {
            return false;
        }

        configMap["data"]![ServerConfigMap.File] = former;
        return true;
    }

    private static ConsulPetsException Exists(ObservedWorkload existing, string how) => new(
        "PetSetExists",
        ConsulPetsErrorKind.ResourceExists,
        $"'{existing.Namespace}/{existing.Name}' exists already, {how}, and a running set is not changed this way: raft would not be asked.",
        existing switch
        {
            { Kind: PetSetKind.DaemonSet } => $"Change it as raft allows: Update-ConsulPetSet {existing.Name}. Or choose another -Name",
            { Replicas: 0 } => $"It is suspended: bring it back with Resume-ConsulPetSet {existing.Name}. Or choose another -Name",
            _ => $"Change it as raft allows: Update-ConsulPetSet {existing.Name}, Resize-ConsulPetSet {existing.Name}. Or choose another -Name",
        },
        $"{existing.Namespace}/{existing.Name}");

    // With a corrected image the controller waits for ever for the pods of the broken one (kubernetes/kubernetes#67250). A pod that does not run serves
    // nobody, so taking it away costs nothing, whatever state raft is in. The controller must have seen the new template first: it would make the pod again
    // from the old one.
    private async Task FreeStuckPodsAsync(ObservedWorkload workload, CancellationToken cancellationToken)
    {
        PetSetObservation observation = await new PetSetWaiter(observer).WaitAsync(
            workload,
            static look => new WaitVerdict(look.Workload.ControllerIsCurrent, "the controller has not seen the newest specification", false),
            "seen by its controller",
            LongestController,
            cancellationToken).ConfigureAwait(false);
        foreach (ObservedPod pod in observation.Pods.Where(pod => pod is { Running: false, Deleting: false }
            && (pod.Image != workload.Image || PetSetHealth.IsUpToDate(observation.Workload, pod) == false)))
        {
            observer.OnDetail?.Invoke($"{pod.Name} does not run, and has the image '{pod.Image}': deleted, so that it is made from the new template");
            try
            {
                await api.DeleteAsync(KubernetesResource.Pods, workload.Namespace, pod.Name, "Background", pod.Uid, cancellationToken).ConfigureAwait(false);
            }
            catch (ConsulPetsException exception) when (exception.ErrorId == "KubernetesConflict")
            {
                observer.OnDetail?.Invoke($"{pod.Name} was replaced by its controller meanwhile");
            }
        }
    }

    private async Task PurgeAsync(IReadOnlyList<string> claims, string namespaceName, CancellationToken cancellationToken)
    {
        foreach (string claim in claims)
        {
            await api.DeleteAsync(KubernetesResource.Claims, namespaceName, claim, "Background", null, cancellationToken).ConfigureAwait(false);
        }

        await PetSetClaims.WaitUntilGoneAsync(api, namespaceName, claims, TimeSpan.FromSeconds(60), cancellationToken).ConfigureAwait(false);
    }

    private static List<ConsulPetStep> Steps(PetSetSpecification specification, IReadOnlyList<ManifestObject> objects, IReadOnlyList<string> purged, IReadOnlyList<string> secrets)
    {
        var steps = new List<ConsulPetStep>();
        foreach (string claim in purged)
        {
            Add("delete the volume claim and its data", claim, "-PurgeVolumes");
        }

        foreach (string secret in SetNames.Needed(specification.Name, specification.Security))
        {
            bool isKept = secrets.Contains(secret) && purged.Count == 0;
            Add($"{(isKept ? "keep" : "make")} the Secret", secret, isKept ? "it is there already" : "nothing of it is anywhere else");
        }

        if (specification.Security.Tls)
        {
            Add("apply the ConfigMap", SetNames.Authority(specification.Name), "the authority's certificate, for clients");
        }

        foreach (ManifestObject item in objects)
        {
            Add($"apply the {item.Resource.Kind}", (string)item.Json["metadata"]!["name"]!, Reason(item));
        }

        return steps;

        void Add(string action, string target, string reason) =>
            steps.Add(new ConsulPetStep { Order = steps.Count + 1, Action = action, Target = target, Reason = reason });

        string Reason(ManifestObject item) => item.Resource.Kind switch
        {
            "StatefulSet" or "DaemonSet" => FormattableString.Invariant($"{specification.Replicas} servers, {specification.Image}"),
            "ConfigMap" => "the server's configuration",
            "PodDisruptionBudget" => "one pet away at a time",
            "ServiceAccount" => "the pods' account, without rights",
            _ => "names and addresses",
        };
    }
}
