using System.Text.Json.Nodes;
using ConsulPets.Sandbox.Store;

namespace ConsulPets.Sandbox.Admission;

/// <summary>Rules of roles and their bindings (kubernetes, pkg/apis/rbac/validation).</summary>
internal static class RightsRules
{
    private const string Group = "rbac.authorization.k8s.io";

    /// <summary>Judges a role.</summary>
    /// <param name="role">The role.</param>
    /// <param name="isNamespaced">Whether it belongs to a namespace, which has no paths.</param>
    /// <param name="problems">Where what is wrong goes.</param>
    public static void CheckRole(JsonObject role, bool isNamespaced, ProblemList problems)
    {
        int index = 0;
        foreach (JsonObject rule in role.Items("rules"))
        {
            string path = ProblemList.At("rules", index++);
            if (IsEmpty(rule, "verbs"))
            {
                problems.Required($"{path}.verbs", "verbs must contain at least one value");
            }

            if (!IsEmpty(rule, "nonResourceURLs"))
            {
                if (isNamespaced)
                {
                    problems.Invalid($"{path}.nonResourceURLs", GoText.List(rule["nonResourceURLs"]), "namespaced rules cannot apply to non-resource URLs");
                }
                else if (!IsEmpty(rule, "apiGroups") || !IsEmpty(rule, "resources") || !IsEmpty(rule, "resourceNames"))
                {
                    problems.Invalid($"{path}.nonResourceURLs", GoText.List(rule["nonResourceURLs"]), "rules cannot apply to both regular resources and non-resource URLs");
                }

                continue;
            }

            if (IsEmpty(rule, "apiGroups"))
            {
                problems.Required($"{path}.apiGroups", "resource rules must supply at least one api group");
            }

            if (IsEmpty(rule, "resources"))
            {
                problems.Required($"{path}.resources", "resource rules must supply at least one resource");
            }
        }

        foreach (JsonObject selector in role.Items("aggregationRule", "clusterRoleSelectors"))
        {
            SelectorRules.Check(selector, "aggregationRule.clusterRoleSelectors", problems);
        }
    }

    /// <summary>Judges a binding.</summary>
    /// <param name="binding">The binding.</param>
    /// <param name="live">What is there; null for a new one.</param>
    /// <param name="isNamespaced">Whether it belongs to a namespace, which is then its accounts' too.</param>
    /// <param name="problems">Where what is wrong goes.</param>
    public static void CheckBinding(JsonObject binding, JsonObject? live, bool isNamespaced, ProblemList problems)
    {
        JsonObject role = binding.Part("roleRef") ?? [];
        string name = role.Text("name") ?? string.Empty;
        problems.OneOf("roleRef.apiGroup", role.Text("apiGroup"), Group);
        if (isNamespaced)
        {
            problems.OneOf("roleRef.kind", role.Text("kind"), "Role", "ClusterRole");
        }
        else
        {
            problems.OneOf("roleRef.kind", role.Text("kind"), "ClusterRole");
        }

        if (name.Length == 0)
        {
            problems.Required("roleRef.name");
        }
        else
        {
            problems.InvalidText("roleRef.name", name, NameRules.PathSegment(name));
        }

        int index = 0;
        foreach (JsonObject subject in binding.Items("subjects"))
        {
            CheckSubject(subject, ProblemList.At("subjects", index++), isNamespaced, problems);
        }

        if (live is not null && !JsonNode.DeepEquals(role, live["roleRef"]))
        {
            problems.Invalid(
                "roleRef",
                $"rbac.RoleRef{{APIGroup:{GoText.Of(role["apiGroup"])}, Kind:{GoText.Of(role["kind"])}, Name:{GoText.Quote(name)}}}",
                "cannot change roleRef");
        }
    }

    private static void CheckSubject(JsonObject subject, string path, bool isNamespaced, ProblemList problems)
    {
        string name = subject.Text("name") ?? string.Empty;
        string group = subject.Text("apiGroup") ?? string.Empty;
        if (name.Length == 0)
        {
            problems.Required($"{path}.name");
        }

        switch (subject.Text("kind"))
        {
            case "ServiceAccount":
                if (name.Length > 0)
                {
                    problems.InvalidText($"{path}.name", name, NameRules.Subdomain(name));
                }

                problems.OneOf($"{path}.apiGroup", group, string.Empty);
                if (!isNamespaced && subject.Text("namespace") is null or "")
                {
                    problems.Required($"{path}.namespace");
                }

                break;
            case "User" or "Group":
                problems.OneOf($"{path}.apiGroup", group, Group);
                break;
            case string other:
                problems.NotSupported($"{path}.kind", GoText.Quote(other), "ServiceAccount", "User", "Group");
                break;
            case null:
                problems.NotSupported($"{path}.kind", "\"\"", "ServiceAccount", "User", "Group");
                break;
        }
    }

    private static bool IsEmpty(JsonObject rule, string field) => rule[field] is not JsonArray { Count: > 0 };
}
