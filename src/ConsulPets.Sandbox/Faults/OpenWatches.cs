using ConsulPets.Sandbox.Store;

namespace ConsulPets.Sandbox.Faults;

/// <summary>Ends watches of a kind.</summary>
internal static class OpenWatches
{
    /// <summary>
    /// Ends a kind's open watches. The store knows of a watch only whether it wants an object, and one of a namespace or of one object wants no others: it is asked with
    /// each namespace and with each object that there is.
    /// </summary>
    /// <param name="store">The store.</param>
    /// <param name="kind">The kind; null for all watches.</param>
    /// <returns>How many were ended.</returns>
    public static int End(ObjectStore store, ResourceKind? kind)
    {
        ArgumentNullException.ThrowIfNull(store);
        if (kind is null)
        {
            return store.EndWatches();
        }

        IEnumerable<ObjectKey> places = kind.IsNamespaced
            ? store.List(ResourceKinds.Namespaces.Group, ResourceKinds.Namespaces.Plural).Items.Select(place => kind.Key(place.Name, string.Empty))
            : [];
        IEnumerable<ObjectKey> objects = store.List(kind.Group, kind.Plural).Items.Select(static item => item.Key);
        return places.Prepend(kind.Key(string.Empty, string.Empty)).Concat(objects).Sum(key => store.EndWatches(key));
    }
}
