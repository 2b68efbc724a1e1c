namespace ConsulPets.Planning;

/// <summary>What an operation waits at.</summary>
public enum RollingGate
{
    /// <summary>Nobody else holds the set's Lease.</summary>
    Lease,

    /// <summary>Nobody else has changed the set since the run wrote it.</summary>
    Edits,

    /// <summary>Raft has a leader, and Consul tells the whole truth.</summary>
    KnownState,

    /// <summary>The controller has seen the newest specification, and has done what it was told.</summary>
    Controller,

    /// <summary>Every wanted pod is there, ready, and none is on its way out: one pet at a time.</summary>
    Pods,

    /// <summary>Every pet votes, every voter is healthy, and one can be lost in sets of three or more.</summary>
    Voters,

    /// <summary>Every voter has been so for autopilot's ServerStabilizationTime.</summary>
    Stable,

    /// <summary>A quorum remains without the pet.</summary>
    Quorum,

    /// <summary>The leader's pet is the last.</summary>
    Leader,

    /// <summary>The roll is frozen before the template is written.</summary>
    Freeze,

    /// <summary>What the controller was told, and has not done yet, is taken back when another gate closes.</summary>
    Withdraw,

    /// <summary>Autopilot's floor is lowered before a voter goes.</summary>
    MinQuorum,

    /// <summary>What is removed is dead, and so at two looks.</summary>
    DeadServer,

    /// <summary>A volume is deleted only when the policy names it.</summary>
    NamedVolume,

    /// <summary>The pet that the run stops after is done.</summary>
    Canary,
}

/// <summary>What the planner says.</summary>
public enum RollingDecisionKind
{
    /// <summary>Write this, look again, and ask again.</summary>
    Step,

    /// <summary>Look again later.</summary>
    Hold,

    /// <summary>Nothing is left to do.</summary>
    Done,

    /// <summary>It must not go on.</summary>
    Refused,
}

/// <summary>Exactly one of: a step, a hold, done, or a refusal.</summary>
public sealed record RollingDecision
{
    private RollingDecision(RollingDecisionKind kind, string words)
    {
        Kind = kind;
        Words = words;
    }

    /// <summary>Which of the four.</summary>
    public RollingDecisionKind Kind { get; }

    /// <summary>What to tell the user: why it holds, what the step is for, what is done.</summary>
    public string Words { get; }

    /// <summary>The write; null unless it is a step.</summary>
    public RollingStep? Step { get; private init; }

    /// <summary>The gate that it waits at; null unless it holds.</summary>
    public RollingGate? Gate { get; private init; }

    /// <summary>Why it must not go on; null unless it is refused.</summary>
    public PlanRefusal? Refusal { get; private init; }

    /// <summary>Whether it is done for now, at the canary, and more is to come.</summary>
    public bool IsStoppedAtCanary { get; private init; }

    /// <summary>A write.</summary>
    /// <param name="step">The write.</param>
    /// <returns>The decision.</returns>
    public static RollingDecision Do(RollingStep step)
    {
        ArgumentNullException.ThrowIfNull(step);
        return new RollingDecision(RollingDecisionKind.Step, step.Reason) { Step = step };
    }

    /// <summary>A hold.</summary>
    /// <param name="gate">The gate.</param>
    /// <param name="why">Why it is closed.</param>
    /// <returns>The decision.</returns>
    public static RollingDecision Hold(RollingGate gate, string why) => new(RollingDecisionKind.Hold, why) { Gate = gate };

    /// <summary>The end.</summary>
    /// <param name="words">What was reached.</param>
    /// <param name="isStoppedAtCanary">Whether more is to come.</param>
    /// <returns>The decision.</returns>
    public static RollingDecision Done(string words, bool isStoppedAtCanary = false) => new(RollingDecisionKind.Done, words) { IsStoppedAtCanary = isStoppedAtCanary };

    /// <summary>A refusal.</summary>
    /// <param name="refusal">Why.</param>
    /// <returns>The decision.</returns>
    public static RollingDecision Refuse(PlanRefusal refusal)
    {
        ArgumentNullException.ThrowIfNull(refusal);
        return new RollingDecision(RollingDecisionKind.Refused, refusal.Message) { Refusal = refusal };
    }
}
