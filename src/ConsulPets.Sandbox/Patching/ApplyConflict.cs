using System.Text.Json.Nodes;
using ConsulPets.Sandbox.Api;

namespace ConsulPets.Sandbox.Patching;

/// <summary>A field that a manager applies with a value other than its owner's.</summary>
/// <param name="Owner">The owner.</param>
/// <param name="Path">The field.</param>
internal sealed record ApplyConflict(ManagerEntry Owner, IReadOnlyList<string> Path)
{
    /// <summary>The conflicts of an apply.</summary>
    /// <param name="others">What the other managers own.</param>
    /// <param name="comparison">What it changes.</param>
    /// <returns>The conflicts, by owner.</returns>
    public static IReadOnlyList<ApplyConflict> All(IReadOnlyList<ManagerEntry> others, FieldComparison comparison)
    {
        FieldSet changed = comparison.Modified.Union(comparison.Added);
        return [.. others
            .OrderBy(static entry => entry.Manager, StringComparer.Ordinal)
            .ThenBy(static entry => entry.IsApply ? 0 : 1)
            .SelectMany(entry => entry.Fields.Intersection(changed).Paths.Select(path => new ApplyConflict(entry, path)))];
    }

    /// <summary>The refusal that tells of them.</summary>
    /// <param name="conflicts">The conflicts; at least one.</param>
    /// <returns>The refusal.</returns>
    public static ApiException Refusal(IReadOnlyList<ApplyConflict> conflicts)
    {
        JsonNode[] causes = [.. conflicts.Select(static conflict => new JsonObject
        {
            ["reason"] = "FieldManagerConflict",
            ["message"] = $"conflict with {conflict.Owner.Title}",
            ["field"] = PathElement.Show(conflict.Path),
        })];
        string text = conflicts.Count == 1
            ? $"Apply failed with 1 conflict: conflict with {conflicts[0].Owner.Title}: {PathElement.Show(conflicts[0].Path)}"
            : $"Apply failed with {conflicts.Count} conflicts: {string.Join("\n", conflicts.GroupBy(static conflict => conflict.Owner).SelectMany(Lines))}";
        return new ApiException(409, "Conflict", text, new JsonObject { ["causes"] = new JsonArray(causes) });
    }

    private static IEnumerable<string> Lines(IGrouping<ManagerEntry, ApplyConflict> conflicts) =>
        [$"conflicts with {conflicts.Key.Title}:", .. conflicts.Select(static conflict => $"- {PathElement.Show(conflict.Path)}")];
}
