using System.Text.Json.Nodes;
using ConsulPets.Sandbox.Store;

namespace ConsulPets.Sandbox.Api.Access;

/// <summary>Decides what is allowed, from the roles and bindings that are stored (Kubernetes documentation, Using RBAC Authorization).</summary>
internal sealed class RoleBasedAccess
{
    private readonly ObjectRegistry registry;

    /// <summary>Makes one.</summary>
    /// <param name="registry">Where the roles are.</param>
    public RoleBasedAccess(ObjectRegistry registry) => this.registry = registry;

    /// <summary>Refuses what is not allowed.</summary>
    /// <param name="user">Who asks.</param>
    /// <param name="access">What is asked.</param>
    /// <exception cref="ApiException">It is not allowed.</exception>
    public void Require(UserInfo user, AccessRequest access)
    {
        if (!IsAllowed(user, access))
        {
            throw Forbidden(user, access);
        }
    }

    /// <summary>Whether something is allowed.</summary>
    /// <param name="user">Who asks.</param>
    /// <param name="access">What is asked.</param>
    /// <returns>True when it is.</returns>
    public bool IsAllowed(UserInfo user, AccessRequest access) => Why(user, access) is not null;

    /// <summary>Why something is allowed.</summary>
    /// <param name="user">Who asks.</param>
    /// <param name="access">What is asked.</param>
    /// <returns>The binding that allows it, in a sentence; null when it is not allowed.</returns>
    public string? Why(UserInfo user, AccessRequest access)
    {
        ArgumentNullException.ThrowIfNull(user);
        ArgumentNullException.ThrowIfNull(access);

        // The real one does not look at roles for them either, so that nobody can lock the administrators out.
        return user.Groups.Contains(UserInfo.Masters)
            ? string.Empty
            : Rules(user, access.Namespace).Where(found => RoleRules.Allow(found.Rule, access)).Select(static found => found.Why).FirstOrDefault();
    }

    /// <summary>The rules that hold for a user.</summary>
    /// <param name="user">The user.</param>
    /// <param name="namespaceName">The namespace whose own bindings count too; empty for none.</param>
    /// <returns>The rules, with the binding that gives them.</returns>
    public IEnumerable<(JsonObject Rule, string Why)> Rules(UserInfo user, string namespaceName)
    {
        ArgumentNullException.ThrowIfNull(user);
        foreach (StoredObject binding in registry.List(ResourceKinds.ClusterRoleBindings))
        {
            foreach ((JsonObject rule, string why) in Rules(binding, user, string.Empty))
            {
                yield return (rule, why);
            }
        }

        if (string.IsNullOrEmpty(namespaceName))
        {
            yield break;
        }

        foreach (StoredObject binding in registry.List(ResourceKinds.RoleBindings, namespaceName))
        {
            foreach ((JsonObject rule, string why) in Rules(binding, user, namespaceName))
            {
                yield return (rule, why);
            }
        }
    }

    /// <summary>The refusal.</summary>
    /// <param name="user">Who asks.</param>
    /// <param name="access">What is asked.</param>
    /// <returns>The refusal, worded as k8s.io/apiserver does (endpoints/handlers/responsewriters/errors.go).</returns>
    public static ApiException Forbidden(UserInfo user, AccessRequest access)
    {
        ArgumentNullException.ThrowIfNull(user);
        ArgumentNullException.ThrowIfNull(access);
        if (!access.IsResource)
        {
            return new ApiException(403, "Forbidden", $"forbidden: User \"{user.Name}\" cannot {access.Verb} path \"{access.Path}\"", []);
        }

        string place = access.Namespace.Length == 0 ? "at the cluster scope" : $"in the namespace \"{access.Namespace}\"";
        string qualified = access.Group.Length == 0 ? access.Resource : $"{access.Resource}.{access.Group}";
        string subject = access.Name.Length == 0 ? qualified : $"{qualified} \"{access.Name}\"";
        var details = new JsonObject();
        if (access.Name.Length > 0)
        {
            details["name"] = access.Name;
        }

        if (access.Group.Length > 0)
        {
            details["group"] = access.Group;
        }

        details["kind"] = access.Resource;
        return new ApiException(
            403,
            "Forbidden",
            $"{subject} is forbidden: User \"{user.Name}\" cannot {access.Verb} resource \"{access.ResourceAndSubresource}\" in API group \"{access.Group}\" {place}",
            details);
    }

    private IEnumerable<(JsonObject Rule, string Why)> Rules(StoredObject binding, UserInfo user, string namespaceName)
    {
        JsonObject? subject = binding.Json.Items("subjects").FirstOrDefault(subject => IsMeant(subject, user, namespaceName));
        if (subject is null)
        {
            return [];
        }

        string kind = binding.Json.Text("roleRef", "kind") ?? string.Empty;
        string name = binding.Json.Text("roleRef", "name") ?? string.Empty;
        StoredObject? role = kind == "Role" ? registry.Find(ResourceKinds.Roles, namespaceName, name) : registry.Find(ResourceKinds.ClusterRoles, string.Empty, name);
        string who = subject.Text("kind") == "ServiceAccount"
            ? $"ServiceAccount \"{subject.Text("name")}/{subject.Text("namespace") ?? namespaceName}\""
            : $"{subject.Text("kind")} \"{subject.Text("name")}\"";
        string why = $"RBAC: allowed by {binding.Json.Text("kind")} \"{binding.Key}\" of {kind} \"{name}\" to {who}";
        return role is null ? [] : role.Json.Items("rules").Select(rule => (rule, why));
    }

    private static bool IsMeant(JsonObject subject, UserInfo user, string namespaceName)
    {
        string name = subject.Text("name") ?? string.Empty;
        return subject.Text("kind") switch
        {
            "User" => user.Name == name,
            "Group" => user.Groups.Contains(name),
            "ServiceAccount" => user.Name == UserInfo.ServiceAccount(subject.Text("namespace") is { Length: > 0 } place ? place : namespaceName, name, null).Name,
            _ => false,
        };
    }
}
