using System.Text.Json.Nodes;

namespace ConsulPets.Engine.Executing;

/// <summary>A pod template that is ready to be rolled: tried by the API server, and not stored yet.</summary>
/// <param name="Patch">What makes it of the template that the workload has now: a merge patch.</param>
/// <param name="Hash">The hash of the template as it would be stored.</param>
/// <param name="ConfigMap">The config map that its servers read and that must be there first; null when they go on with theirs.</param>
/// <param name="Words">What it changes, in words; empty when it changes nothing.</param>
/// <param name="PodRevision">What pods that have it already bear as their revision (the label <c>controller-revision-hash</c>); null when none can.</param>
public sealed record PreparedTemplate(JsonObject Patch, string Hash, JsonObject? ConfigMap, IReadOnlyList<string> Words, string? PodRevision = null);
