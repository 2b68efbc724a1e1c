using ConsulPets.Observing;

namespace ConsulPets.Planning;

/// <summary>Moving the leadership, which the rolls and the resize share.</summary>
internal static class Leadership
{
    /// <summary>Moves the leadership from one pet to another, by the API of Consul 1.15 and later.</summary>
    public static RollingDecision Move(RollingView view, ObservedPod from, ObservedPod successor) =>
        RollingDecision.Do(new RollingStep(RollingStepKind.TransferLeadership, successor.Name, $"move the leadership from {from.Name} to {successor.Name}") { Id = view.IdOf(successor) });
}
