namespace ConsulPets.Sandbox.Api.Access;

/// <summary>What somebody wants to do, as rights name it.</summary>
/// <param name="Verb">The verb.</param>
/// <param name="Group">The API group; empty for the core group.</param>
/// <param name="Version">The version; empty when it does not matter.</param>
/// <param name="Resource">The plural; empty when a path is meant.</param>
/// <param name="Subresource">The subresource; empty for none.</param>
/// <param name="Namespace">The namespace; empty for the whole cluster.</param>
/// <param name="Name">The object; empty for any.</param>
/// <param name="Path">The path, where no object is meant; else empty.</param>
internal sealed record AccessRequest(string Verb, string Group, string Version, string Resource, string Subresource, string Namespace, string Name, string Path)
{
    /// <summary>Whether an object is meant, not a path.</summary>
    public bool IsResource => Resource.Length > 0;

    /// <summary>As roles name it: <c>pods/proxy</c>.</summary>
    public string ResourceAndSubresource => Subresource.Length == 0 ? Resource : $"{Resource}/{Subresource}";

    /// <summary>A request for a path.</summary>
    /// <param name="verb">The verb.</param>
    /// <param name="path">The path.</param>
    /// <returns>The request.</returns>
    public static AccessRequest OfPath(string verb, string path) => new(verb, string.Empty, string.Empty, string.Empty, string.Empty, string.Empty, string.Empty, path);
}
