using ConsulPets.Engine.Observing;
using ConsulPets.Errors;
using ConsulPets.Observing;

namespace ConsulPets.Hosting;

/// <summary>Finds the set of a command that changes something and names none: it is never taken to mean every set.</summary>
internal static class PetSetChoice
{
    /// <summary>The set of a command.</summary>
    /// <param name="observer">The opened cluster.</param>
    /// <param name="namespaceName">The namespace.</param>
    /// <param name="reference">How the set was named; null when it was not.</param>
    /// <param name="cancellationToken">Ends the calls.</param>
    /// <returns>The set: the one that was named, else the only one of the namespace.</returns>
    /// <exception cref="ConsulPetsException">PetSetNotFound, PetSetAmbiguous.</exception>
    public static async Task<ObservedWorkload> OneAsync(PetSetObserver observer, string namespaceName, PetSetReference? reference, CancellationToken cancellationToken)
    {
        if (reference is not null)
        {
            return await observer.GetWorkloadAsync(namespaceName, reference.Name, cancellationToken).ConfigureAwait(false);
        }

        IReadOnlyList<ObservedWorkload> all = await observer.FindWorkloadsAsync(namespaceName, null, cancellationToken).ConfigureAwait(false);
        return all switch
        {
            [var only] => only,
            [] => throw new ConsulPetsException(
                "PetSetNotFound",
                ConsulPetsErrorKind.ObjectNotFound,
                $"Namespace '{namespaceName}' has no StatefulSet or DaemonSet that runs Consul servers.",
                "List those that there are: Get-ConsulPetSet -AllNamespaces",
                namespaceName),
            _ => throw new ConsulPetsException(
                "PetSetAmbiguous",
                ConsulPetsErrorKind.InvalidArgument,
                $"Namespace '{namespaceName}' has {all.Count} pet sets: {string.Join(", ", all.Select(static set => set.Name))}.",
                "Name the one that is meant: -PetSet",
                namespaceName),
        };
    }
}
