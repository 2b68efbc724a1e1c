namespace ConsulPets.Sandbox.Admission;

/// <summary>
/// The fields of Kubernetes v1.31's objects, as its Go types have them (k8s.io/api and k8s.io/apimachinery v0.31, types.go). One type a paragraph: field names, each with
/// <c>?</c> when it is left out while empty or <c>!</c> when it is always written, and its Go type; <c>*</c> tells a value that may be empty from one that is absent.
/// With it the server answers as the real one does: what it drops, what it writes although nobody set it, and which types it refuses.
/// </summary>
internal static partial class SchemaText
{
    /// <summary>All types.</summary>
    public static IReadOnlyList<string> Parts { get; } = [Metadata, Volumes, Pods, Workloads, Cluster];
}
