using System.Text.Json.Nodes;
using ConsulPets.Sandbox.Store;

namespace ConsulPets.Sandbox.Api.Tables;

/// <summary>The columns of a kind's table, and how its cells are made.</summary>
/// <param name="Columns">The columns.</param>
/// <param name="Cells">Makes an object's cells: one for each column, in their order.</param>
internal sealed record TableColumns(IReadOnlyList<TableColumn> Columns, Func<JsonObject, DateTimeOffset, JsonNode?[]> Cells)
{
    private static readonly Dictionary<ResourceKind, TableColumns> Known = new()
    {
        [ResourceKinds.Namespaces] = new([N, S("Status"), S("Age")], static (json, now) => [Name(json), json.Text("status", "phase"), Age(json, now)]),
        [ResourceKinds.Nodes] = new(
            [N, S("Status"), S("Roles"), S("Age"), S("Version"), W("Internal-IP"), W("External-IP"), W("OS-Image"), W("Kernel-Version"), W("Container-Runtime")], NodeCells.Make),
        [ResourceKinds.Pods] = new(
            [N, S("Ready"), S("Status"), S("Restarts"), S("Age"), W("IP"), W("Node"), W("Nominated Node"), W("Readiness Gates")], PodCells.Make),
        [ResourceKinds.Services] = new([N, S("Type"), S("Cluster-IP"), S("External-IP"), S("Port(s)"), S("Age"), W("Selector")], NetworkCells.Service),
        [ResourceKinds.Endpoints] = new([N, S("Endpoints"), S("Age")], NetworkCells.Endpoints),
        [ResourceKinds.EndpointSlices] = new([N, S("AddressType"), S("Ports"), S("Endpoints"), S("Age")], NetworkCells.EndpointSlice),
        [ResourceKinds.ConfigMaps] = new(
            [N, S("Data"), S("Age")], static (json, now) => [Name(json), Count(json.Part("data")) + Count(json.Part("binaryData")), Age(json, now)]),
        [ResourceKinds.Secrets] = new([N, S("Type"), S("Data"), S("Age")], static (json, now) => [Name(json), json.Text("type"), Count(json.Part("data")), Age(json, now)]),
        [ResourceKinds.ServiceAccounts] = new(
            [N, S("Secrets"), S("Age")], static (json, now) => [Name(json), json.Items("secrets").Count(), Age(json, now)]),
        [ResourceKinds.Claims] = new(
            [N, S("Status"), S("Volume"), S("Capacity"), S("Access Modes"), S("StorageClass"), S("VolumeAttributesClass"), S("Age"), W("VolumeMode")], StorageCells.Claim),
        [ResourceKinds.Volumes] = new(
            [N, S("Capacity"), S("Access Modes"), S("Reclaim Policy"), S("Status"), S("Claim"), S("StorageClass"), S("VolumeAttributesClass"), S("Reason"), S("Age"), W("VolumeMode")],
            StorageCells.Volume),
        [ResourceKinds.StorageClasses] = new([N, S("Provisioner"), S("ReclaimPolicy"), S("VolumeBindingMode"), S("AllowVolumeExpansion"), S("Age")], StorageCells.Class),
        [ResourceKinds.Events] = new(
            [S("Last Seen"), S("Type"), S("Reason"), S("Object"), W("Subobject"), W("Source"), S("Message"), W("First Seen"), W("Count"), new("Name", "string", 1)], EventCells.Make),
        [ResourceKinds.StatefulSets] = new([N, S("Ready"), S("Age"), W("Containers"), W("Images")], WorkloadCells.StatefulSet),
        [ResourceKinds.DaemonSets] = new(
            [
                N, I("Desired"), I("Current"), I("Ready"), I("Up-to-date"), I("Available"), S("Node Selector"), S("Age"), W("Containers"), W("Images"), W("Selector"),
            ],
            WorkloadCells.DaemonSet),
        [ResourceKinds.ControllerRevisions] = new([N, S("Controller"), S("Revision"), S("Age")], WorkloadCells.ControllerRevision),
        [ResourceKinds.DisruptionBudgets] = new([N, S("Min Available"), S("Max Unavailable"), I("Allowed Disruptions"), S("Age")], WorkloadCells.DisruptionBudget),
        [ResourceKinds.Leases] = new([N, S("Holder"), S("Age")], static (json, now) => [Name(json), json.Text("spec", "holderIdentity") ?? string.Empty, Age(json, now)]),
        [ResourceKinds.PriorityClasses] = new(
            [N, I("Value"), new("Global-Default", "boolean"), S("Age"), S("PreemptionPolicy")],
            static (json, now) => [Name(json), json.Number("value") ?? 0, json.Truth("globalDefault") ?? false, Age(json, now), json.Text("preemptionPolicy") ?? "PreemptLowerPriority"]),
        [ResourceKinds.Roles] = new([N, new("Created At", "date")], static (json, _) => [Name(json), json.Text("metadata", "creationTimestamp")]),
        [ResourceKinds.ClusterRoles] = new([N, new("Created At", "date")], static (json, _) => [Name(json), json.Text("metadata", "creationTimestamp")]),
        [ResourceKinds.RoleBindings] = new([N, S("Role"), S("Age"), W("Users"), W("Groups"), W("ServiceAccounts")], RoleBinding),
        [ResourceKinds.ClusterRoleBindings] = new([N, S("Role"), S("Age"), W("Users"), W("Groups"), W("ServiceAccounts")], RoleBinding),
    };

    // What the real one shows of a kind that it has no table for.
    private static readonly TableColumns Plain = new([N, new("Created At", "date")], static (json, _) => [Name(json), json.Text("metadata", "creationTimestamp")]);

    private static TableColumn N => new("Name");

    /// <summary>The columns of a kind.</summary>
    /// <param name="kind">The kind.</param>
    /// <returns>The columns.</returns>
    public static TableColumns Of(ResourceKind kind) => Known.GetValueOrDefault(kind, Plain);

    /// <summary>An object's name.</summary>
    /// <param name="json">The object.</param>
    /// <returns>The name.</returns>
    public static string Name(JsonObject json) => json.Text("metadata", "name") ?? string.Empty;

    /// <summary>An object's age.</summary>
    /// <param name="json">The object.</param>
    /// <param name="now">The time.</param>
    /// <returns>The age.</returns>
    public static string Age(JsonObject json, DateTimeOffset now) => HumanAge.Since(json, now, "metadata", "creationTimestamp");

    /// <summary>A map as a selector is written.</summary>
    /// <param name="map">The map; null for none.</param>
    /// <returns><c>app=consul,tier=test</c>, or <c>&lt;none&gt;</c>.</returns>
    public static string Labels(JsonObject? map) =>
        map is not { Count: > 0 } ? "<none>" : string.Join(',', map.OrderBy(static pair => pair.Key, StringComparer.Ordinal).Select(static pair => $"{pair.Key}={pair.Value.Text()}"));

    private static TableColumn S(string name) => new(name);

    private static TableColumn I(string name) => new(name, "integer");

    private static TableColumn W(string name) => new(name, Priority: 1);

    private static int Count(JsonObject? map) => map?.Count ?? 0;

    private static JsonNode?[] RoleBinding(JsonObject json, DateTimeOffset now) =>
    [
        Name(json), $"{json.Text("roleRef", "kind")}/{json.Text("roleRef", "name")}", Age(json, now), Subjects(json, "User"), Subjects(json, "Group"), Subjects(json, "ServiceAccount"),
    ];

    private static string Subjects(JsonObject json, string kind) => string.Join(", ", json.Items("subjects").Where(subject => subject.Text("kind") == kind).Select(
        subject => kind == "ServiceAccount" ? $"{subject.Text("namespace")}/{subject.Text("name")}" : subject.Text("name")));
}
