namespace ConsulPets.Observing;

/// <summary>A label selector as Kubernetes' objects carry them: all that it demands must hold.</summary>
/// <param name="Labels">Labels and the values that they must have.</param>
/// <param name="Requirements">What else must hold.</param>
public sealed record LabelSelector(IReadOnlyDictionary<string, string> Labels, IReadOnlyList<LabelRequirement> Requirements)
{
    /// <summary>Whether it demands nothing, and so fits everything.</summary>
    public bool IsEmpty => Labels.Count == 0 && Requirements.Count == 0;

    /// <summary>Whether labels satisfy it.</summary>
    /// <param name="labels">The labels.</param>
    /// <returns>True when all demands hold.</returns>
    public bool Fits(IReadOnlyDictionary<string, string> labels)
    {
        ArgumentNullException.ThrowIfNull(labels);
        return Labels.All(label => labels.GetValueOrDefault(label.Key) == label.Value) && Requirements.All(requirement => requirement.Fits(labels));
    }
}

/// <summary>One demand of a selector.</summary>
/// <param name="Key">The label.</param>
/// <param name="Operator">In, NotIn, Exists, DoesNotExist, and for nodes Gt and Lt.</param>
/// <param name="Values">The values that the operator is about.</param>
public sealed record LabelRequirement(string Key, string Operator, IReadOnlyList<string> Values)
{
    /// <summary>Whether labels satisfy it. A label that is not there satisfies NotIn (k8s.io/apimachinery, pkg/labels/selector.go).</summary>
    /// <param name="labels">The labels.</param>
    /// <returns>True when it holds; false for an operator that is not known.</returns>
    public bool Fits(IReadOnlyDictionary<string, string> labels)
    {
        ArgumentNullException.ThrowIfNull(labels);
        string? value = labels.GetValueOrDefault(Key);
        return Operator switch
        {
            "In" => value is not null && Values.Contains(value),
            "NotIn" => value is null || !Values.Contains(value),
            "Exists" => value is not null,
            "DoesNotExist" => value is null,
            "Gt" => Compare(value) > 0,
            "Lt" => Compare(value) < 0,
            _ => false,
        };
    }

    private int? Compare(string? value) =>
        long.TryParse(value, out long number) && Values is [{ } bound] && long.TryParse(bound, out long limit) ? number.CompareTo(limit) : null;
}
