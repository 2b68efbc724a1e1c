using ConsulPets.Engine.Consul;
using ConsulPets.Observing;

namespace ConsulPets.Hosting;

/// <summary>A reading cmdlet that takes Consul's word alone: of pet sets, or of a plain address.</summary>
public abstract class ConsulCmdlet : AgentCmdlet
{
    /// <inheritdoc/>
    private protected sealed override Task ServeAsync(ConsulClient agent, ObservedConsul consul, PetSetObservation? observation) => WriteAsync(consul, observation);

    /// <summary>Writes what Consul said.</summary>
    /// <param name="consul">What it said.</param>
    /// <param name="observation">The observation that it is part of; null for a plain address.</param>
    /// <returns>A task.</returns>
    private protected abstract Task WriteAsync(ObservedConsul consul, PetSetObservation? observation);
}
