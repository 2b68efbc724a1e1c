using System.Text.Json.Nodes;
using ConsulPets.Sandbox.Store;

namespace ConsulPets.Sandbox.Controllers;

/// <summary>One of an object's owner references.</summary>
/// <param name="ApiVersion">The owner's <c>apiVersion</c>.</param>
/// <param name="Kind">The owner's kind.</param>
/// <param name="Name">The owner's name.</param>
/// <param name="Uid">The owner's unique ID, which alone counts.</param>
/// <param name="IsController">Whether it is the one that controls the object.</param>
/// <param name="BlocksDeletion">Whether the owner's foreground deletion waits for the object.</param>
internal sealed record Owner(string ApiVersion, string Kind, string Name, string Uid, bool IsController, bool BlocksDeletion)
{
    /// <summary>An object's owners.</summary>
    /// <param name="json">The object.</param>
    /// <returns>Its owners.</returns>
    public static IReadOnlyList<Owner> Of(JsonObject json) =>
    [
        .. json.Items("metadata", "ownerReferences").Select(static reference => new Owner(
            reference.Text("apiVersion") ?? string.Empty,
            reference.Text("kind") ?? string.Empty,
            reference.Text("name") ?? string.Empty,
            reference.Text("uid") ?? string.Empty,
            reference.Truth("controller") ?? false,
            reference.Truth("blockOwnerDeletion") ?? false)),
    ];

    /// <summary>The reference that a controller gives to what it makes.</summary>
    /// <param name="owner">The controller's object.</param>
    /// <returns>The reference.</returns>
    public static JsonObject Reference(JsonObject owner) => new()
    {
        ["apiVersion"] = owner.Text("apiVersion"),
        ["kind"] = owner.Text("kind"),
        ["name"] = owner.Text("metadata", "name"),
        ["uid"] = owner.Text("metadata", "uid"),
        ["controller"] = true,
        ["blockOwnerDeletion"] = true,
    };

    /// <summary>The owner's key, as seen from the object that names it.</summary>
    /// <param name="namespaceName">The object's namespace.</param>
    /// <returns>The key; null when that kind is not served.</returns>
    public ObjectKey? Key(string namespaceName) => ResourceKinds.OfManifest(ApiVersion, Kind)?.Key(namespaceName, Name);
}
