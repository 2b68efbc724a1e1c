using ConsulPets.Sandbox.Api.Access;
using ConsulPets.Sandbox.Api.Objects;
using ConsulPets.Sandbox.Store;

namespace ConsulPets.Sandbox.Api.Discovery;

/// <summary>A resource or subresource, as discovery tells of it.</summary>
/// <param name="Group">The API group whose path it is under.</param>
/// <param name="Version">The version.</param>
/// <param name="Name">The plural, with the subresource: <c>pods/log</c>.</param>
/// <param name="Singular">The singular; empty for a subresource.</param>
/// <param name="IsNamespaced">Whether it lives in namespaces.</param>
/// <param name="Kind">The kind that it takes or gives.</param>
/// <param name="KindGroup">The kind's group.</param>
/// <param name="KindVersion">The kind's version.</param>
/// <param name="Verbs">The verbs.</param>
/// <param name="ShortNames">What kubectl takes for short.</param>
/// <param name="Categories">The sets it belongs to: <c>all</c>.</param>
internal sealed record ServedResource(
    string Group,
    string Version,
    string Name,
    string Singular,
    bool IsNamespaced,
    string Kind,
    string KindGroup,
    string KindVersion,
    IReadOnlyList<string> Verbs,
    IReadOnlyList<string> ShortNames,
    IReadOnlyList<string> Categories)
{
    // What "kubectl get all" shows.
    private static readonly ResourceKind[] Usual = [ResourceKinds.Pods, ResourceKinds.Services, ResourceKinds.StatefulSets, ResourceKinds.DaemonSets];

    /// <summary>All of them, by group, version and name; the versions of a group in their order, the preferred one first.</summary>
    public static IReadOnlyList<ServedResource> All { get; } =
    [
        .. ResourceKinds.All.SelectMany(static kind => kind.Versions.SelectMany(version => OfKind(kind, version)))
            .Concat(ReviewKind.All.Select(static kind => new ServedResource(
                kind.Group, kind.Version, kind.Plural, kind.Kind.ToLowerInvariant(), kind.IsNamespaced, kind.Kind, kind.Group, kind.Version, ["create"], [], [])))
            .OrderBy(static resource => resource.Group, StringComparer.Ordinal)
            .ThenBy(static resource => resource.Version, StringComparer.Ordinal)
            .ThenBy(static resource => resource.Name, StringComparer.Ordinal),
    ];

    /// <summary>The groups, without the core group.</summary>
    public static IReadOnlyList<string> Groups { get; } = [.. All.Select(static resource => resource.Group).Where(static group => group.Length > 0).Distinct()];

    /// <summary>The resource without its subresource.</summary>
    public string Resource => Name.Split('/')[0];

    /// <summary>The subresource; empty for none.</summary>
    public string Subresource => Name.Contains('/', StringComparison.Ordinal) ? Name.Split('/')[1] : string.Empty;

    /// <summary>The versions of a group, the preferred one first.</summary>
    /// <param name="group">The group.</param>
    /// <returns>The versions.</returns>
    public static IReadOnlyList<string> Versions(string group) => [.. All.Where(resource => resource.Group == group).Select(static resource => resource.Version).Distinct()];

    /// <summary>The resources of a version of a group.</summary>
    /// <param name="group">The group.</param>
    /// <param name="version">The version.</param>
    /// <returns>The resources, by name.</returns>
    public static IReadOnlyList<ServedResource> Of(string group, string version) => [.. All.Where(resource => resource.Group == group && resource.Version == version)];

    private static IEnumerable<ServedResource> OfKind(ResourceKind kind, string version)
    {
        yield return new ServedResource(
            kind.Group, version, kind.Plural, kind.Singular, kind.IsNamespaced, kind.Kind, kind.Group, version, ObjectDispatcher.Verbs(kind), kind.ShortNames, Usual.Contains(kind) ? ["all"] : []);
        foreach (string subresource in kind.Subresources)
        {
            (string group, string kindVersion, string kindName) = SubresourceKind(kind, version, subresource);
            yield return new ServedResource(
                kind.Group, version, $"{kind.Plural}/{subresource}", string.Empty, kind.IsNamespaced, kindName, group, kindVersion, ObjectDispatcher.Verbs(subresource), [], []);
        }
    }

    private static (string Group, string Version, string Kind) SubresourceKind(ResourceKind kind, string version, string subresource) => subresource switch
    {
        "scale" => ("autoscaling", "v1", "Scale"),
        "eviction" => ("policy", "v1", "Eviction"),
        "token" => ("authentication.k8s.io", "v1", "TokenRequest"),
        "binding" => (string.Empty, "v1", "Binding"),
        "exec" => (string.Empty, "v1", "PodExecOptions"),
        "attach" => (string.Empty, "v1", "PodAttachOptions"),
        "portforward" => (string.Empty, "v1", "PodPortForwardOptions"),
        "proxy" => (string.Empty, "v1", $"{kind.Kind}ProxyOptions"),
        _ => (kind.Group, version, kind.Kind),
    };
}
