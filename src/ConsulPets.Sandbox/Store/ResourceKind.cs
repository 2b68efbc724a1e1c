namespace ConsulPets.Sandbox.Store;

/// <summary>A kind of object that is served.</summary>
/// <param name="Group">The API group; empty for the core group.</param>
/// <param name="Versions">The versions served, the preferred one first. All show the same fields.</param>
/// <param name="Plural">The name in paths: <c>statefulsets</c>.</param>
/// <param name="Kind">The name in manifests: <c>StatefulSet</c>.</param>
/// <param name="IsNamespaced">Whether its objects live in namespaces.</param>
/// <param name="ShortNames">What kubectl takes for short: <c>sts</c>.</param>
/// <param name="Subresources">What is served under an object's path: <c>status</c>, <c>scale</c>, <c>log</c>.</param>
/// <param name="HasGeneration">Whether <c>metadata.generation</c> counts the changes of <c>spec</c>.</param>
public sealed record ResourceKind(
    string Group,
    IReadOnlyList<string> Versions,
    string Plural,
    string Kind,
    bool IsNamespaced,
    IReadOnlyList<string> ShortNames,
    IReadOnlyList<string> Subresources,
    bool HasGeneration)
{
    /// <summary>The name of one: <c>statefulset</c>.</summary>
    public string Singular => Kind.ToLowerInvariant();

    /// <summary>Whether status is written through its own path, and ignored in other writes.</summary>
    public bool HasStatus => Subresources.Contains("status");

    /// <summary>As rights and messages name it: <c>statefulsets.apps</c>.</summary>
    public string QualifiedName => Group.Length == 0 ? Plural : $"{Plural}.{Group}";

    /// <summary>The <c>apiVersion</c> in manifests.</summary>
    /// <param name="version">The version; null for the preferred one.</param>
    /// <returns><c>apps/v1</c>.</returns>
    public string ApiVersion(string? version = null) => Group.Length == 0 ? version ?? Versions[0] : $"{Group}/{version ?? Versions[0]}";

    /// <summary>An object's key.</summary>
    /// <param name="namespaceName">The namespace; ignored for cluster-wide kinds.</param>
    /// <param name="name">The name.</param>
    /// <returns>The key.</returns>
    public ObjectKey Key(string namespaceName, string name) => new(Group, Plural, IsNamespaced ? namespaceName : string.Empty, name);
}
