namespace ConsulPets.Sandbox.Store;

/// <summary>Names one object. The version is no part of it: all versions of a kind show the same object.</summary>
/// <param name="Group">The API group; empty for the core group.</param>
/// <param name="Resource">The kind's plural: <c>statefulsets</c>.</param>
/// <param name="Namespace">The namespace; empty for cluster-wide kinds.</param>
/// <param name="Name">The name.</param>
public sealed record ObjectKey(string Group, string Resource, string Namespace, string Name)
{
    /// <summary>The name with the namespace, as messages show it.</summary>
    /// <returns><c>namespace/name</c>, or the name alone.</returns>
    public override string ToString() => Namespace.Length == 0 ? Name : $"{Namespace}/{Name}";
}
