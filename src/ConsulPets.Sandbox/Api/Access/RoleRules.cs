using System.Text.Json.Nodes;
using ConsulPets.Sandbox.Store;

namespace ConsulPets.Sandbox.Api.Access;

/// <summary>What one rule of a role allows.</summary>
internal static class RoleRules
{
    /// <summary>Whether a rule allows something.</summary>
    /// <param name="rule">The rule.</param>
    /// <param name="access">What is asked.</param>
    /// <returns>True when it does.</returns>
    public static bool Allow(JsonObject rule, AccessRequest access)
    {
        ArgumentNullException.ThrowIfNull(access);
        if (!Has(rule, "verbs", access.Verb))
        {
            return false;
        }

        return access.IsResource
            ? Has(rule, "apiGroups", access.Group) && HasResource(rule, access) && HasName(rule, access.Name)
            : rule.Texts("nonResourceURLs").Any(pattern => IsPath(pattern, access.Path));
    }

    private static bool Has(JsonObject rule, string list, string value) => rule.Texts(list).Any(item => item == "*" || item == value);

    // A subresource is a right of its own: "pods" does not include "pods/log", "*/scale" is that of every kind.
    private static bool HasResource(JsonObject rule, AccessRequest access) => rule.Texts("resources").Any(item =>
        item == "*" || item == access.ResourceAndSubresource || (access.Subresource.Length > 0 && item == $"*/{access.Subresource}"));

    private static bool HasName(JsonObject rule, string name) => rule.At("resourceNames") is not JsonArray { Count: > 0 } || rule.Texts("resourceNames").Contains(name);

    private static bool IsPath(string pattern, string path) =>
        pattern == "*" || pattern == path || (pattern.EndsWith('*') && path.StartsWith(pattern[..^1], StringComparison.Ordinal));
}
