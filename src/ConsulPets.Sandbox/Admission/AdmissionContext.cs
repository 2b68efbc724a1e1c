using System.Text.Json.Nodes;
using ConsulPets.Sandbox.Store;

namespace ConsulPets.Sandbox.Admission;

/// <summary>What admission has to know besides the object: the other objects, and which service addresses are free.</summary>
public sealed class AdmissionContext
{
    /// <summary>Makes one.</summary>
    /// <param name="find">Finds an object by kind, namespace (empty for cluster-wide kinds) and name; null when there is none.</param>
    /// <param name="list">All objects of a kind.</param>
    /// <param name="addresses">The services' addresses.</param>
    public AdmissionContext(Func<ResourceKind, string, string, JsonObject?> find, Func<ResourceKind, IEnumerable<JsonObject>> list, ServiceAddresses addresses)
    {
        Find = find;
        List = list;
        Addresses = addresses;
    }

    /// <summary>Finds an object by kind, namespace and name. What it gives is to be read only.</summary>
    public Func<ResourceKind, string, string, JsonObject?> Find { get; }

    /// <summary>All objects of a kind. They are to be read only.</summary>
    public Func<ResourceKind, IEnumerable<JsonObject>> List { get; }

    /// <summary>The services' addresses.</summary>
    public ServiceAddresses Addresses { get; }

    /// <summary>A context in which there is no other object: for defaults that are asked of an object that exists.</summary>
    /// <returns>The context.</returns>
    public static AdmissionContext WithoutObjects() => new(static (_, _, _) => null, static _ => [], new ServiceAddresses(0));

    /// <summary>A context that asks a store.</summary>
    /// <param name="store">The store.</param>
    /// <param name="addresses">The services' addresses; null for 127.0.200.1 and on.</param>
    /// <returns>The context.</returns>
    public static AdmissionContext Over(ObjectStore store, ServiceAddresses? addresses = null)
    {
        ArgumentNullException.ThrowIfNull(store);
        return new AdmissionContext(
            (kind, namespaceName, name) => store.Get(kind.Key(namespaceName, name))?.Json,
            kind => store.List(kind.Group, kind.Plural).Items.Select(static item => item.Json),
            addresses ?? new ServiceAddresses(0));
    }
}
