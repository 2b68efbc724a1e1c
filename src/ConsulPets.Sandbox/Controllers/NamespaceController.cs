using System.Globalization;
using System.Text.Json.Nodes;
using ConsulPets.Sandbox.Api;
using ConsulPets.Sandbox.Store;

namespace ConsulPets.Sandbox.Controllers;

/// <summary>Empties namespaces that are being deleted, then lets them go.</summary>
internal sealed class NamespaceController : KeyedController
{
    private static readonly ResourceKind[] Content = [.. ResourceKinds.All.Where(static kind => kind.IsNamespaced)];
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    /// <summary>Makes one.</summary>
    /// <param name="context">What controllers share.</param>
    public NamespaceController(ControllerContext context)
        : base(context, "namespace-controller")
    {
    }

    /// <inheritdoc/>
    protected override bool Wants(ObjectKey key) => key.Resource == "namespaces" || key.Namespace.Length > 0;

    /// <inheritdoc/>
    protected override IEnumerable<ObjectKey> All() => Registry.List(ResourceKinds.Namespaces).Where(static item => item.IsBeingDeleted).Select(static item => item.Key);

    /// <inheritdoc/>
    protected override IEnumerable<ObjectKey> Concerned(Change change) => change.After.Key.Resource == "namespaces"
        ? change.After.IsBeingDeleted ? [change.After.Key] : []
        : change.Kind == ChangeKind.Deleted ? [ResourceKinds.Namespaces.Key(string.Empty, change.After.Namespace)] : [];

    /// <inheritdoc/>
    protected override TimeSpan? Sync(ObjectKey key)
    {
        if (Registry.Store.Get(key) is not { IsBeingDeleted: true } place)
        {
            return null;
        }

        StoredObject[] left = [.. Content.SelectMany(kind => Registry.List(kind, place.Name))];
        foreach (StoredObject item in left.Where(static item => !item.IsBeingDeleted))
        {
            Delete(item);
        }

        left = [.. Content.SelectMany(kind => Registry.List(kind, place.Name))];
        if (left.Length > 0)
        {
            Tell(place, left);
            return Patience;
        }

        Registry.Update(
            ResourceKinds.Namespaces,
            string.Empty,
            place.Name,
            static json =>
            {
                string[] others = [.. json.Texts("spec", "finalizers").Where(static item => item != "kubernetes")];
                json.Make("spec")["finalizers"] = new JsonArray([.. others.Select(static item => (JsonNode)item)]);
                return json;
            },
            WriteRequest.Controller);
        return null;
    }

    /// <summary>The conditions that tell what a namespace waits for.</summary>
    /// <param name="left">What is left in it.</param>
    /// <returns>The conditions, without times.</returns>
    internal static IReadOnlyList<JsonObject> Conditions(IReadOnlyList<StoredObject> left)
    {
        IEnumerable<string> kinds = left.GroupBy(static item => ResourceKinds.Find(item.Key.Group, item.Key.Resource)!.QualifiedName, StringComparer.Ordinal).OrderBy(static group => group.Key, StringComparer.Ordinal)
            .Select(static group => string.Create(CultureInfo.InvariantCulture, $"{(group.Key.Contains('.', StringComparison.Ordinal) ? group.Key : group.Key + ".")} has {group.Count()} resource instances"));
        IGrouping<string, string>[] finalizers = [.. left.SelectMany(static item => item.Json.Texts("metadata", "finalizers")).GroupBy(static name => name, StringComparer.Ordinal).OrderBy(static group => group.Key, StringComparer.Ordinal)];
        IEnumerable<string> held = finalizers.Select(static group => string.Create(CultureInfo.InvariantCulture, $"{group.Key} in {group.Count()} resource instances"));
        return
        [
            Condition("NamespaceDeletionDiscoveryFailure", false, "ResourcesDiscovered", "All resources successfully discovered"),
            Condition("NamespaceDeletionGroupVersionParsingFailure", false, "ParsedGroupVersions", "All legacy kube types successfully parsed"),
            Condition("NamespaceDeletionContentFailure", false, "ContentDeleted", "All content successfully deleted, may be waiting on finalization"),
            Condition("NamespaceContentRemaining", true, "SomeResourcesRemain", $"Some resources are remaining: {string.Join(", ", kinds)}"),
            finalizers.Length == 0
                ? Condition("NamespaceFinalizersRemaining", false, "ContentHasNoFinalizers", "All content-preserving finalizers finished")
                : Condition("NamespaceFinalizersRemaining", true, "SomeFinalizersRemain", $"Some content in the namespace has finalizers remaining: {string.Join(", ", held)}"),
        ];
    }

    private static JsonObject Condition(string type, bool isTrue, string reason, string message) => new() { ["type"] = type, ["status"] = isTrue ? "True" : "False", ["reason"] = reason, ["message"] = message };

    private void Delete(StoredObject item)
    {
        try
        {
            Registry.Delete(ResourceKinds.Find(item.Key.Group, item.Key.Resource)!, item.Namespace, item.Name, new DeleteRequest(Uid: item.Uid));
        }
        catch (ApiException gone) when (gone.Code is 404 or 409)
        {
            // It went by itself.
        }
    }

    private void Tell(StoredObject place, StoredObject[] left)
    {
        IReadOnlyList<JsonObject> conditions = Conditions(left);
        Registry.Update(
            ResourceKinds.Namespaces,
            string.Empty,
            place.Name,
            json =>
            {
                bool isNew = false;
                foreach (JsonObject condition in conditions)
                {
                    isNew |= PodState.SetCondition(json, (JsonObject)condition.DeepClone(), Now);
                }

                return isNew ? json : null;
            },
            WriteRequest.Status);
    }
}
