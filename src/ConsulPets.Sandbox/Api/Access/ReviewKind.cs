namespace ConsulPets.Sandbox.Api.Access;

/// <summary>A kind that is only ever created, to ask something: nothing of it is stored.</summary>
/// <param name="Group">The API group.</param>
/// <param name="Version">The version.</param>
/// <param name="Plural">The name in paths.</param>
/// <param name="Kind">The name in manifests.</param>
/// <param name="IsNamespaced">Whether it is asked in a namespace.</param>
internal sealed record ReviewKind(string Group, string Version, string Plural, string Kind, bool IsNamespaced)
{
    /// <summary>All of them.</summary>
    public static IReadOnlyList<ReviewKind> All { get; } =
    [
        new("authentication.k8s.io", "v1", "selfsubjectreviews", "SelfSubjectReview", false),
        new("authentication.k8s.io", "v1", "tokenreviews", "TokenReview", false),
        new("authorization.k8s.io", "v1", "localsubjectaccessreviews", "LocalSubjectAccessReview", true),
        new("authorization.k8s.io", "v1", "selfsubjectaccessreviews", "SelfSubjectAccessReview", false),
        new("authorization.k8s.io", "v1", "selfsubjectrulesreviews", "SelfSubjectRulesReview", false),
        new("authorization.k8s.io", "v1", "subjectaccessreviews", "SubjectAccessReview", false),
    ];

    /// <summary>The kind that a request means.</summary>
    /// <param name="access">The request.</param>
    /// <returns>The kind, or null.</returns>
    public static ReviewKind? Find(AccessRequest access) => All.FirstOrDefault(kind =>
        kind.Group == access.Group && kind.Version == access.Version && kind.Plural == access.Resource && kind.IsNamespaced == access.Namespace.Length > 0 && access.Name.Length == 0);
}
