namespace ConsulPets.Errors;

/// <summary>A failure that a user can act on. It carries everything that the error record shows.</summary>
public sealed class ConsulPetsException : Exception
{
    /// <summary>Creates the failure.</summary>
    /// <param name="errorId">The stable PascalCase id, part of the interface.</param>
    /// <param name="kind">The kind.</param>
    /// <param name="message">One sentence on what happened.</param>
    /// <param name="recommendedAction">One sentence on what to do.</param>
    /// <param name="target">The object that it happened to, as the user knows it.</param>
    /// <param name="innerException">The cause; null when there is none.</param>
    public ConsulPetsException(
        string errorId, ConsulPetsErrorKind kind, string message, string recommendedAction, object? target, Exception? innerException = null)
        : base(message, innerException)
    {
        ErrorId = errorId;
        Kind = kind;
        RecommendedAction = recommendedAction;
        Target = target;
    }

    /// <summary>The stable id, for example <c>PetSetNotFound</c>.</summary>
    public string ErrorId { get; }

    /// <summary>The kind.</summary>
    public ConsulPetsErrorKind Kind { get; }

    /// <summary>What to do next.</summary>
    public string RecommendedAction { get; }

    /// <summary>The object that it happened to.</summary>
    public object? Target { get; }

    /// <summary>Whether nothing further of the same command can work (no kubeconfig, cluster not reached, account refused).</summary>
    public bool EndsCommand { get; init; }
}
