using ConsulPets.Engine.Kubernetes;
using ConsulPets.Engine.Observing;
using ConsulPets.Errors;
using ConsulPets.Planning;

namespace ConsulPets.Engine.Executing;

/// <summary>Takes one pet down so that its controller brings it back.</summary>
/// <param name="observer">The observer.</param>
public sealed class PetRestarter(PetSetObserver observer)
{
    /// <summary>Plans the restart on a fresh observation.</summary>
    /// <param name="namespaceName">The namespace.</param>
    /// <param name="set">The set.</param>
    /// <param name="pet">The pet.</param>
    /// <param name="force">Whether to pass over a pet that is only joining.</param>
    /// <param name="cancellationToken">Ends the calls.</param>
    /// <returns>The observation and the plan.</returns>
    /// <exception cref="ConsulPetsException">PetSetNotFound, PetNotFound.</exception>
    public async Task<(PetSetObservation Observation, ConsulPetPlan Plan)> PlanAsync(string namespaceName, string set, string pet, bool force, CancellationToken cancellationToken)
    {
        ObservedWorkload workload = await observer.GetWorkloadAsync(namespaceName, set, cancellationToken).ConfigureAwait(false);
        PetSetObservation observation = await observer.ObserveAsync(workload, default, cancellationToken).ConfigureAwait(false);
        return (observation, RestartPlanner.Plan(pet, observation, force));
    }

    /// <summary>Evicts (or deletes) the pod that was observed, after one more look at the quorum.</summary>
    /// <param name="seen">The observation that was planned on.</param>
    /// <param name="pet">The pet.</param>
    /// <param name="force">Whether to delete, which asks no disruption budget, and to pass over a pet that is only joining.</param>
    /// <param name="cancellationToken">Ends the calls.</param>
    /// <returns>The pod that was taken down.</returns>
    /// <exception cref="ConsulPetsException">QuorumWouldBeLost, NoConsulLeader, PetIsJoining, DisruptionBudgetExceeded.</exception>
    public async Task<ObservedPod> TakeDownAsync(PetSetObservation seen, string pet, bool force, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(seen);

        // Between the plan and now somebody may have been asked to confirm: the quorum is judged on what is, not on what was.
        PetSetObservation fresh = await observer.ObserveAgainAsync(seen.Workload, default, cancellationToken).ConfigureAwait(false);
        RestartPlanner.Plan(pet, fresh, force).ThrowIfRefused(pet);

        ObservedPod pod = fresh.Pods.First(candidate => candidate.Name == pet);
        if (seen.Pods.FirstOrDefault(candidate => candidate.Name == pet)?.Uid != pod.Uid)
        {
            throw new ConsulPetsException(
                "PetWasReplaced",
                ConsulPetsErrorKind.ResourceBusy,
                $"'{pet}' was replaced by somebody else meanwhile.",
                "Look with Get-ConsulPet, and run the command again if it is still wanted",
                pet);
        }

        if (pod.Deleting)
        {
            return pod;
        }

        if (force)
        {
            await observer.Api.DeleteAsync(KubernetesResource.Pods, fresh.Workload.Namespace, pet, "Background", pod.Uid, cancellationToken).ConfigureAwait(false);
        }
        else
        {
            IReadOnlyList<string> versions = await observer.Api.ServedVersionsAsync("policy", cancellationToken).ConfigureAwait(false);
            await observer.Api.EvictAsync(fresh.Workload.Namespace, pet, pod.Uid, versions.Contains("v1") ? "v1" : "v1beta1", cancellationToken).ConfigureAwait(false);
        }

        return pod;
    }
}
