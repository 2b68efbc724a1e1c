using ConsulPets.Engine.Observing;
using ConsulPets.Errors;
using ConsulPets.Observing;

namespace ConsulPets.Hosting;

/// <summary>Finds the set of a pet that was named alone.</summary>
internal static class PetNames
{
    /// <summary>The set that a pet belongs to.</summary>
    /// <param name="observer">The opened cluster.</param>
    /// <param name="namespaceName">The namespace.</param>
    /// <param name="pet">The pet's name.</param>
    /// <param name="cancellationToken">Ends the calls.</param>
    /// <returns>The set's name.</returns>
    /// <exception cref="ConsulPetsException">PetNotFound.</exception>
    public static async Task<string> SetOfAsync(PetSetObserver observer, string namespaceName, string pet, CancellationToken cancellationToken)
    {
        foreach (ObservedWorkload set in await observer.FindWorkloadsAsync(namespaceName, null, cancellationToken).ConfigureAwait(false))
        {
            // A pet of a StatefulSet may be away for a moment, and is wanted all the same.
            if ((set.Kind == PetSetKind.StatefulSet && PetName.Ordinal(pet, set.Name) is { } ordinal && set.Wants(ordinal)) || (await observer.PetNamesAsync(namespaceName, set.Name, cancellationToken).ConfigureAwait(false)).Contains(pet, StringComparer.OrdinalIgnoreCase))
            {
                return set.Name;
            }
        }

        throw NotFound(pet, namespaceName);
    }

    /// <summary>No such pet.</summary>
    /// <param name="pet">The name.</param>
    /// <param name="namespaceName">The namespace.</param>
    /// <returns>The failure.</returns>
    public static ConsulPetsException NotFound(string pet, string namespaceName) => new(
        "PetNotFound",
        ConsulPetsErrorKind.ObjectNotFound,
        $"Namespace '{namespaceName}' has no pet '{pet}'.",
        "List those that there are: Get-ConsulPet",
        pet);
}
