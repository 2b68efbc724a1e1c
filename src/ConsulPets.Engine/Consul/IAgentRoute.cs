namespace ConsulPets.Engine.Consul;

/// <summary>A way to the agents of pet sets.</summary>
public interface IAgentRoute
{
    /// <summary>The way to one agent.</summary>
    /// <param name="workload">The pet set.</param>
    /// <param name="pod">Its pod.</param>
    /// <returns>The way. Nothing is sent yet.</returns>
    IConsulTransport To(ObservedWorkload workload, ObservedPod pod);
}
