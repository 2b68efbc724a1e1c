namespace ConsulPets.Engine.Manifests;

/// <summary>The labels on everything that New-ConsulPetSet makes: Kubernetes' recommended ones, so that other tools understand them.</summary>
public static class PetSetLabels
{
    /// <summary>Who manages an object.</summary>
    public const string ManagedBy = "app.kubernetes.io/managed-by";

    /// <summary>The value of <see cref="ManagedBy"/> on what the module made.</summary>
    public const string Manager = "consulpets";

    /// <summary>The labels that select a set's pods. They cannot be changed while the set exists.</summary>
    /// <param name="set">The set's name.</param>
    /// <returns>Names and values.</returns>
    public static IReadOnlyDictionary<string, string> Selector(string set) => new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["app.kubernetes.io/name"] = "consul",
        ["app.kubernetes.io/instance"] = set,
        ["app.kubernetes.io/component"] = "server",
    };

    /// <summary>The selector as the API takes it in a list.</summary>
    /// <param name="set">The set's name.</param>
    /// <returns>A label selector.</returns>
    public static string SelectorText(string set) => string.Join(',', Selector(set).Select(static label => $"{label.Key}={label.Value}"));
}
