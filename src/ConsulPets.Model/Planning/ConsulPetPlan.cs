namespace ConsulPets.Planning;

/// <summary>What an operation will do, step by step, with the quorum before and after each. What -WhatIf shows.</summary>
/// <param name="Target">The pet set.</param>
/// <param name="Steps">The steps, in order; empty when there is nothing to do.</param>
/// <param name="Refusal">Why the operation is refused; null when it may go on.</param>
public sealed record ConsulPetPlan(string Target, IReadOnlyList<ConsulPetStep> Steps, PlanRefusal? Refusal = null);

/// <summary>One step of a plan.</summary>
public sealed record ConsulPetStep
{
    /// <summary>The place in the plan, from 1.</summary>
    public required int Order { get; init; }

    /// <summary>What is done.</summary>
    public required string Action { get; init; }

    /// <summary>What it is done to.</summary>
    public required string Target { get; init; }

    /// <summary>Why.</summary>
    public required string Reason { get; init; }

    /// <summary>Voters before the step; null when unknown.</summary>
    public int? VotersBefore { get; init; }

    /// <summary>Voters after it; null when unknown.</summary>
    public int? VotersAfter { get; init; }

    /// <summary>Failure tolerance before the step; null when unknown.</summary>
    public int? ToleranceBefore { get; init; }

    /// <summary>Failure tolerance at its worst moment; null when unknown.</summary>
    public int? ToleranceAfter { get; init; }
}

/// <summary>Why a plan is refused.</summary>
/// <param name="ErrorId">The error's id.</param>
/// <param name="Message">What stands in the way.</param>
/// <param name="RecommendedAction">What to do.</param>
public sealed record PlanRefusal(string ErrorId, string Message, string RecommendedAction);
