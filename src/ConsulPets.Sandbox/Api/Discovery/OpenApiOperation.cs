using ConsulPets.Sandbox.Store;

namespace ConsulPets.Sandbox.Api.Discovery;

/// <summary>
/// What the OpenAPI documents tell: of each kind, that it can be patched and with which options. kubectl looks there before it lets the server validate fields or try
/// a write (client-side: k8s.io/cli-runtime, resource/query_param_verifier*.go). Fields are not described: without a description kubectl takes the server's word.
/// </summary>
/// <param name="Path">The path of an object.</param>
/// <param name="Kind">The kind.</param>
/// <param name="Version">The version.</param>
internal sealed record OpenApiOperation(string Path, ResourceKind Kind, string Version)
{
    /// <summary>All of them.</summary>
    public static IReadOnlyList<OpenApiOperation> All { get; } =
    [
        .. ResourceKinds.All.SelectMany(static kind => kind.Versions.Select(version => new OpenApiOperation(
            $"{Root(kind.Group, version)}/{(kind.IsNamespaced ? "namespaces/{namespace}/" : string.Empty)}{kind.Plural}/{{name}}", kind, version))),
    ];

    /// <summary>The query of a patch: each parameter's name and type.</summary>
    public static IReadOnlyList<(string Name, string Type, string Description)> Parameters { get; } =
    [
        ("dryRun", "string", "Whether everything is done but the write: All, or not at all."),
        ("fieldManager", "string", "Who is said to have set the fields. Server-side apply requires it."),
        ("fieldValidation", "string", "What is done about fields that are unknown or occur twice: Ignore, Warn or Strict."),
        ("force", "boolean", "Whether server-side apply takes over fields of other managers."),
    ];

    /// <summary>The path of a version of a group.</summary>
    /// <param name="group">The group; empty for the core group.</param>
    /// <param name="version">The version.</param>
    /// <returns>The path, with its leading slash.</returns>
    public static string Root(string group, string version) => group.Length == 0 ? $"/api/{version}" : $"/apis/{group}/{version}";
}
