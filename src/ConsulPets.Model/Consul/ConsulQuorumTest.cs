using ConsulPets.Observing;
using ConsulPets.Quorum;

namespace ConsulPets;

/// <summary>Whether a set can miss some of its pets, and why. All numbers are counts of servers.</summary>
public sealed record ConsulQuorumTest : ClusterObject
{
    /// <summary>The set.</summary>
    public required string PetSet { get; init; }

    /// <summary>The pets that it would have to do without.</summary>
    public required string[] Without { get; init; }

    /// <summary>Whether they would leave raft when they stop, and not just be away.</summary>
    public bool Graceful { get; init; }

    /// <summary>Yes, No, or Unknown, which counts as no.</summary>
    public required QuorumAnswer Answer { get; init; }

    /// <summary>Voters in the raft configuration now; null when that is not known.</summary>
    public int? Voters { get; init; }

    /// <summary>Those of them that are healthy; null when that is not known.</summary>
    public int? HealthyVoters { get; init; }

    /// <summary>Voters in the raft configuration afterwards; null when that is not known.</summary>
    public int? VotersAfter { get; init; }

    /// <summary>Those of them that are healthy; null when that is not known.</summary>
    public int? HealthyVotersAfter { get; init; }

    /// <summary>Healthy voters that could be lost besides; below 0 the quorum is lost; null when that is not known.</summary>
    public int? ToleranceAfter { get; init; }

    /// <summary>Why, in sentences.</summary>
    public required string[] Reasons { get; init; }

    /// <summary>Asks whether a set can miss some pets.</summary>
    /// <param name="observation">A fresh observation.</param>
    /// <param name="pets">The pets' names; the same name twice counts once.</param>
    /// <param name="graceful">Whether they leave raft when they stop, one after another.</param>
    /// <returns>The answer.</returns>
    public static ConsulQuorumTest Of(PetSetObservation observation, IReadOnlyCollection<string> pets, bool graceful)
    {
        ArgumentNullException.ThrowIfNull(observation);
        ArgumentNullException.ThrowIfNull(pets);
        var forecast = QuorumForecast.Without(observation, pets, graceful);
        return new ConsulQuorumTest
        {
            PetSet = observation.Workload.Name,
            Namespace = observation.Workload.Namespace,
            Context = observation.Context,
            KubeConfig = observation.KubeConfig,
            Without = [.. pets],
            Graceful = graceful,
            Answer = forecast.Answer,
            Voters = forecast.Before?.Voters,
            HealthyVoters = forecast.Before?.HealthyVoters,
            VotersAfter = forecast.After?.Voters,
            HealthyVotersAfter = forecast.After?.HealthyVoters,
            ToleranceAfter = forecast.After?.Tolerance,
            Reasons = [.. forecast.Reasons],
        };
    }
}
