using System.Text.Json.Nodes;
using ConsulPets.Sandbox.Store;

namespace ConsulPets.Sandbox.Api.Access;

/// <summary>The roles that every cluster has (Kubernetes documentation, Using RBAC Authorization, default roles), as far as they mean kinds that are served here.</summary>
internal static class DefaultRoles
{
    private static readonly string[] Reading = ["get", "list", "watch"];
    private static readonly string[] Writing = ["create", "delete", "deletecollection", "patch", "update"];

    // Under these are no secrets: a viewer may not see them, since one could act as the account that they belong to.
    private static readonly string[] Viewed =
    [
        "configmaps", "endpoints", "events", "namespaces", "namespaces/status", "persistentvolumeclaims", "persistentvolumeclaims/status", "pods", "pods/log", "pods/status",
        "serviceaccounts", "services", "services/status",
    ];

    private static readonly string[] Edited = ["configmaps", "events", "persistentvolumeclaims", "pods", "secrets", "serviceaccounts", "services"];

    private static readonly string[] Paths = ["/api", "/api/*", "/apis", "/apis/*", "/healthz", "/livez", "/openapi", "/openapi/*", "/readyz", "/version", "/version/"];

    /// <summary>Creates those that are missing.</summary>
    /// <param name="registry">Where to.</param>
    public static void Ensure(ObjectRegistry registry)
    {
        ArgumentNullException.ThrowIfNull(registry);
        JsonObject[] view = View();
        JsonObject[] edit = [.. Edit(), .. View()];
        Role(registry, "cluster-admin", Rule(["*"], ["*"], ["*"]), new JsonObject { ["nonResourceURLs"] = Texts(["*"]), ["verbs"] = Texts(["*"]) });
        Role(registry, "admin", [.. Admin(), .. Edit(), .. View()]);
        Role(registry, "edit", edit);
        Role(registry, "view", view);
        Role(registry, "system:discovery", new JsonObject { ["nonResourceURLs"] = Texts(Paths), ["verbs"] = Texts(["get"]) });
        Role(
            registry,
            "system:basic-user",
            Rule(["authorization.k8s.io"], ["selfsubjectaccessreviews", "selfsubjectrulesreviews"], ["create"]),
            Rule(["authentication.k8s.io"], ["selfsubjectreviews"], ["create"]));
        Binding(registry, "cluster-admin", UserInfo.Masters);
        Binding(registry, "system:discovery", UserInfo.Authenticated);
        Binding(registry, "system:basic-user", UserInfo.Authenticated);
    }

    private static JsonObject[] Admin() =>
    [
        Rule(["rbac.authorization.k8s.io"], ["rolebindings", "roles"], [.. Reading, .. Writing]),
        Rule(["authorization.k8s.io"], ["localsubjectaccessreviews"], ["create"]),
    ];

    private static JsonObject[] Edit() =>
    [
        Rule([string.Empty], ["pods/attach", "pods/exec", "pods/portforward", "pods/proxy", "secrets", "services/proxy"], Reading),
        Rule([string.Empty], ["serviceaccounts"], ["impersonate"]),
        Rule([string.Empty], Edited, Writing),
        Rule([string.Empty], ["pods/attach", "pods/exec", "pods/portforward", "pods/proxy", "services/proxy"], Writing),
        Rule([string.Empty], ["pods/eviction", "serviceaccounts/token"], ["create"]),
        Rule(["apps"], ["daemonsets", "statefulsets", "statefulsets/scale"], Writing),
        Rule(["policy"], ["poddisruptionbudgets"], Writing),
        Rule(["coordination.k8s.io"], ["leases"], [.. Writing, .. Reading]),
    ];

    private static JsonObject[] View() =>
    [
        Rule([string.Empty], Viewed, Reading),
        Rule(["apps"], ["controllerrevisions", "daemonsets", "daemonsets/status", "statefulsets", "statefulsets/scale", "statefulsets/status"], Reading),
        Rule(["policy"], ["poddisruptionbudgets", "poddisruptionbudgets/status"], Reading),
        Rule(["discovery.k8s.io"], ["endpointslices"], Reading),
    ];

    private static JsonObject Rule(string[] groups, string[] resources, string[] verbs) =>
        new() { ["apiGroups"] = Texts(groups), ["resources"] = Texts(resources), ["verbs"] = Texts(verbs) };

    private static JsonArray Texts(string[] texts) => [.. texts.Select(static text => (JsonNode)text)];

    private static JsonObject Metadata(string name) => new()
    {
        ["name"] = name,
        ["labels"] = new JsonObject { ["kubernetes.io/bootstrapping"] = "rbac-defaults" },
        ["annotations"] = new JsonObject { ["rbac.authorization.kubernetes.io/autoupdate"] = "true" },
    };

    private static void Role(ObjectRegistry registry, string name, params JsonObject[] rules) =>
        Ensure(registry, ResourceKinds.ClusterRoles, name, new JsonObject { ["metadata"] = Metadata(name), ["rules"] = new JsonArray([.. rules]) });

    private static void Binding(ObjectRegistry registry, string name, string group) => Ensure(registry, ResourceKinds.ClusterRoleBindings, name, new JsonObject
    {
        ["metadata"] = Metadata(name),
        ["roleRef"] = new JsonObject { ["apiGroup"] = "rbac.authorization.k8s.io", ["kind"] = "ClusterRole", ["name"] = name },
        ["subjects"] = new JsonArray(new JsonObject { ["apiGroup"] = "rbac.authorization.k8s.io", ["kind"] = "Group", ["name"] = group }),
    });

    private static void Ensure(ObjectRegistry registry, ResourceKind kind, string name, JsonObject json)
    {
        if (registry.Find(kind, string.Empty, name) is null)
        {
            registry.Create(kind, string.Empty, json, new WriteRequest("kube-apiserver"));
        }
    }
}
