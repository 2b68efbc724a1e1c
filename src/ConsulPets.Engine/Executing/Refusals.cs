using ConsulPets.Errors;
using ConsulPets.Planning;

namespace ConsulPets.Engine.Executing;

/// <summary>Turns a planner's refusal into a failure.</summary>
public static class Refusals
{
    private static readonly Dictionary<string, ConsulPetsErrorKind> Kinds = new(StringComparer.Ordinal)
    {
        ["NameInvalid"] = ConsulPetsErrorKind.InvalidArgument,
        ["ReplicasInvalid"] = ConsulPetsErrorKind.InvalidArgument,
        ["EvenReplicas"] = ConsulPetsErrorKind.InvalidArgument,
        ["AutopilotValueInvalid"] = ConsulPetsErrorKind.InvalidArgument,
        ["MinQuorumTooLarge"] = ConsulPetsErrorKind.InvalidArgument,
        ["PetNotFound"] = ConsulPetsErrorKind.ObjectNotFound,
        ["ConsulUnreachable"] = ConsulPetsErrorKind.ConnectionError,
        ["NoConsulLeader"] = ConsulPetsErrorKind.ResourceUnavailable,
        ["ConsulViewFiltered"] = ConsulPetsErrorKind.PermissionDenied,
        ["ConsulHealthUnknown"] = ConsulPetsErrorKind.ResourceUnavailable,
        ["ConsulPermissionDenied"] = ConsulPetsErrorKind.PermissionDenied,
        ["PetSetIsUpdating"] = ConsulPetsErrorKind.ResourceBusy,
        ["SetIsLocked"] = ConsulPetsErrorKind.ResourceBusy,
        ["OperationInProgress"] = ConsulPetsErrorKind.ResourceBusy,
        ["PetSetChangedMeanwhile"] = ConsulPetsErrorKind.ResourceBusy,
        ["PetIsJoining"] = ConsulPetsErrorKind.ResourceBusy,
        ["PetWasReplaced"] = ConsulPetsErrorKind.ResourceBusy,
        ["SizeChangedMeanwhile"] = ConsulPetsErrorKind.ResourceBusy,
        ["SizeUnknown"] = ConsulPetsErrorKind.InvalidArgument,
        ["SuspendedSizeDiffers"] = ConsulPetsErrorKind.InvalidArgument,
        ["NotStale"] = ConsulPetsErrorKind.InvalidOperation,
        ["QuorumWouldBeLost"] = ConsulPetsErrorKind.InvalidOperation,
    };

    /// <summary>Makes the failure.</summary>
    /// <param name="refusal">The refusal.</param>
    /// <param name="target">What it is about.</param>
    /// <returns>The failure.</returns>
    public static ConsulPetsException ToException(this PlanRefusal refusal, object? target)
    {
        ArgumentNullException.ThrowIfNull(refusal);
        return new ConsulPetsException(refusal.ErrorId, Kinds.GetValueOrDefault(refusal.ErrorId, ConsulPetsErrorKind.InvalidOperation), refusal.Message, refusal.RecommendedAction, target);
    }

    /// <summary>Throws a plan's refusal, if it has one.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="target">What it is about.</param>
    public static void ThrowIfRefused(this ConsulPetPlan plan, object? target)
    {
        ArgumentNullException.ThrowIfNull(plan);
        if (plan.Refusal is { } refusal)
        {
            throw refusal.ToException(target);
        }
    }
}
