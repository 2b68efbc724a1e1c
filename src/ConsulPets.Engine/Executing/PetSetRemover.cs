using System.Text.Json;
using ConsulPets.Engine.Kubernetes;
using ConsulPets.Engine.Manifests;
using ConsulPets.Engine.Observing;
using ConsulPets.Engine.Security;
using ConsulPets.Errors;
using ConsulPets.Planning;

namespace ConsulPets.Engine.Executing;

/// <summary>An object to delete.</summary>
/// <param name="Resource">Its kind.</param>
/// <param name="Name">Its name.</param>
/// <param name="Uid">Its unique ID.</param>
public sealed record RemovalTarget(KubernetesResource Resource, string Name, string Uid);

/// <summary>What a removal will delete, found by reading only.</summary>
/// <param name="Targets">The objects, the workload first.</param>
/// <param name="Workload">The workload; null when an earlier run has deleted it.</param>
/// <param name="Claims">The volume claims of the set, deleted or kept.</param>
/// <param name="Steps">What will be done, for -WhatIf.</param>
public sealed record RemovalPlan(IReadOnlyList<RemovalTarget> Targets, ObservedWorkload? Workload, IReadOnlyList<string> Claims, IReadOnlyList<ConsulPetStep> Steps);

/// <summary>Removes a pet set. Volumes stay unless they are named; an earlier run that was cut short is finished.</summary>
/// <param name="observer">The observer.</param>
public sealed class PetSetRemover(PetSetObserver observer)
{
    private static readonly TimeSpan LookWithoutEvent = TimeSpan.FromSeconds(10);
    private readonly KubernetesApi api = observer.Api;

    /// <summary>Finds what belongs to a set.</summary>
    /// <param name="namespaceName">The namespace.</param>
    /// <param name="name">The set's name.</param>
    /// <param name="keepPets">Whether the pods stay: then all that they need stays too.</param>
    /// <param name="purgeVolumes">Whether the volumes are deleted.</param>
    /// <param name="cancellationToken">Ends the calls.</param>
    /// <returns>The plan.</returns>
    /// <exception cref="ConsulPetsException">PetSetNotFound when nothing of the set is there.</exception>
    public async Task<RemovalPlan> PlanAsync(string namespaceName, string name, bool keepPets, bool purgeVolumes, CancellationToken cancellationToken)
    {
        IReadOnlyList<ObservedWorkload> found = await observer.FindWorkloadsAsync(namespaceName, name, cancellationToken).ConfigureAwait(false);
        ObservedWorkload? workload = found.FirstOrDefault();
        var targets = new List<RemovalTarget>();
        if (workload is not null)
        {
            targets.Add(new RemovalTarget(KubernetesResource.Of(workload.Kind), name, workload.Uid));
        }

        if (!keepPets)
        {
            targets.AddRange(await OwnObjectsAsync(namespaceName, name, cancellationToken).ConfigureAwait(false));
        }

        IReadOnlyList<string> claims = await PetSetClaims.NamesAsync(
            api, namespaceName, name, workload?.ClaimTemplates ?? [PodTemplate.DataVolume], cancellationToken).ConfigureAwait(false);
        if (purgeVolumes && !keepPets)
        {
            targets.AddRange(await SecretsAsync(namespaceName, name, cancellationToken).ConfigureAwait(false));
        }

        return targets.Count > 0 || (purgeVolumes && claims.Count > 0)
            ? new RemovalPlan(targets, workload, claims, Steps(targets, workload, keepPets, purgeVolumes ? claims : []))
            : throw new ConsulPetsException(
                "PetSetNotFound",
                ConsulPetsErrorKind.ObjectNotFound,
                claims.Count > 0
                    ? $"Namespace '{namespaceName}' has no set '{name}' that runs Consul servers; only its volumes are left: {string.Join(", ", claims)}."
                    : $"Namespace '{namespaceName}' has no StatefulSet or DaemonSet '{name}' that runs Consul servers.",
                claims.Count > 0 ? "Delete them with -PurgeVolumes, or start on them with New-ConsulPetSet -AdoptVolumes" : "List those that there are: Get-ConsulPetSet -AllNamespaces",
                $"{namespaceName}/{name}");
    }

    /// <summary>Carries out a plan.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="namespaceName">The namespace.</param>
    /// <param name="keepPets">Whether the pods stay.</param>
    /// <param name="purgeVolumes">Whether the volumes are deleted.</param>
    /// <param name="cancellationToken">Ends the calls. Running the command again goes on.</param>
    /// <returns>A task.</returns>
    public async Task RemoveAsync(RemovalPlan plan, string namespaceName, bool keepPets, bool purgeVolumes, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(plan);
        foreach (RemovalTarget target in plan.Targets)
        {
            await api.DeleteAsync(target.Resource, namespaceName, target.Name, keepPets ? "Orphan" : "Background", target.Uid, cancellationToken).ConfigureAwait(false);
        }

        if (purgeVolumes)
        {
            foreach (string claim in plan.Claims)
            {
                await api.DeleteAsync(KubernetesResource.Claims, namespaceName, claim, "Background", null, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    /// <summary>Waits until everything that was deleted is gone, pods too.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="namespaceName">The namespace.</param>
    /// <param name="keepPets">Whether the pods stay.</param>
    /// <param name="purgeVolumes">Whether the volumes were deleted.</param>
    /// <param name="timeout">How long at most.</param>
    /// <param name="onWaiting">Told what is still there.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>A task.</returns>
    /// <exception cref="ConsulPetsException">WaitTimedOut.</exception>
    public async Task WaitUntilGoneAsync(
        RemovalPlan plan, string namespaceName, bool keepPets, bool purgeVolumes, TimeSpan timeout, Action<string>? onWaiting, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(plan);
        long started = TimeProvider.System.GetTimestamp();
        if (plan.Workload is { } workload)
        {
            await using var events = new ClusterEvents(api, namespaceName, TimeProvider.System, observer.OnDetail)
                .Watch(KubernetesResource.Of(workload.Kind), null, $"metadata.name={workload.Name}")
                .Watch(KubernetesResource.Pods, workload.Selector, null);
            while (await RemainsAsync(workload, keepPets, cancellationToken).ConfigureAwait(false) is { } remains)
            {
                onWaiting?.Invoke(remains);
                TimeSpan left = timeout - TimeProvider.System.GetElapsedTime(started);
                if (left <= TimeSpan.Zero)
                {
                    throw new ConsulPetsException(
                        "WaitTimedOut",
                        ConsulPetsErrorKind.OperationTimeout,
                        FormattableString.Invariant($"'{namespaceName}/{workload.Name}' was deleted, and after {timeout.TotalSeconds:0} s it still waits for {remains}."),
                        "It goes on by itself; look again with Get-ConsulPetSet",
                        $"{namespaceName}/{workload.Name}");
                }

                await events.NextAsync(left < LookWithoutEvent ? left : LookWithoutEvent, cancellationToken).ConfigureAwait(false);
            }
        }

        if (purgeVolumes)
        {
            TimeSpan left = timeout - TimeProvider.System.GetElapsedTime(started);
            await PetSetClaims.WaitUntilGoneAsync(api, namespaceName, plan.Claims, left, cancellationToken).ConfigureAwait(false);
        }
    }

    // What of a deleted workload is still there; null when nothing is.
    private async Task<string?> RemainsAsync(ObservedWorkload workload, bool keepPets, CancellationToken cancellationToken)
    {
        if (!keepPets)
        {
            KubernetesList pods = await api.ListAsync(KubernetesResource.Pods, workload.Namespace, workload.Selector, null, cancellationToken).ConfigureAwait(false);
            string[] left = [.. pods.Items.Where(pod => WorkloadReader.OwnerUid(pod) == workload.Uid).Select(static pod => pod.Text("metadata", "name"))];
            if (left.Length > 0)
            {
                return $"{string.Join(", ", left)} to end";
            }
        }

        JsonElement? still = await api.FindAsync(KubernetesResource.Of(workload.Kind), workload.Namespace, workload.Name, cancellationToken).ConfigureAwait(false);
        return still?.Text("metadata", "uid") == workload.Uid ? $"the {workload.Kind} to go" : null;
    }

    // Only what the module made, by its labels: a service that somebody wrote by hand beside the set is theirs.
    private async Task<IReadOnlyList<RemovalTarget>> OwnObjectsAsync(string namespaceName, string name, CancellationToken cancellationToken)
    {
        string selector = $"{PetSetLabels.SelectorText(name)},{PetSetLabels.ManagedBy}={PetSetLabels.Manager}";
        IReadOnlyList<string> policy = await api.ServedVersionsAsync("policy", cancellationToken).ConfigureAwait(false);
        List<KubernetesResource> resources = [KubernetesResource.Services, KubernetesResource.ConfigMaps, KubernetesResource.ServiceAccounts];
        if (policy.Count > 0)
        {
            resources.Insert(0, KubernetesResource.DisruptionBudgets(policy.Contains("v1") ? "v1" : policy[0]));
        }

        KubernetesList[] lists = await Task.WhenAll(resources.Select(resource => api.ListAsync(resource, namespaceName, selector, null, cancellationToken))).ConfigureAwait(false);
        return [.. resources.Zip(lists).SelectMany(static pair => pair.Second.Items.Select(item =>
            new RemovalTarget(pair.First, item.Text("metadata", "name"), item.Text("metadata", "uid"))))];
    }

    // A set that starts on the volumes again needs the key and the token that the data was written under: they go with the data only.
    private async Task<IReadOnlyList<RemovalTarget>> SecretsAsync(string namespaceName, string name, CancellationToken cancellationToken)
    {
        var targets = new List<RemovalTarget>();
        try
        {
            foreach (string secret in SetNames.Secrets(name))
            {
                if (await api.FindAsync(KubernetesResource.Secrets, namespaceName, secret, cancellationToken).ConfigureAwait(false) is { } found
                    && found.Map("metadata", "labels").GetValueOrDefault(PetSetLabels.ManagedBy) == PetSetLabels.Manager)
                {
                    targets.Add(new RemovalTarget(KubernetesResource.Secrets, secret, found.Text("metadata", "uid")));
                }
            }
        }
        catch (ConsulPetsException exception) when (exception.ErrorId == "KubernetesForbidden")
        {
            observer.OnDetail?.Invoke($"whether '{name}' has Secrets was not looked at: {exception.Message}");
        }

        return targets;
    }

    private static List<ConsulPetStep> Steps(List<RemovalTarget> targets, ObservedWorkload? workload, bool keepPets, IReadOnlyList<string> claims)
    {
        var steps = new List<ConsulPetStep>();
        foreach (RemovalTarget target in targets)
        {
            bool isWorkload = workload is not null && target.Uid == workload.Uid;
            Add($"delete the {target.Resource.Kind}", target.Name, !isWorkload ? "made with the set" : keepPets ? "its pods stay and run on" : FormattableString.Invariant($"its {workload!.Replicas} pods end with it"));
        }

        foreach (string claim in claims)
        {
            Add("delete the volume claim and its data", claim, "-PurgeVolumes");
        }

        return steps;

        void Add(string action, string what, string reason) =>
            steps.Add(new ConsulPetStep { Order = steps.Count + 1, Action = action, Target = what, Reason = reason });
    }
}
