using System.Runtime.CompilerServices;
using ConsulPets.Sandbox.Store;

namespace ConsulPets.Sandbox.Controllers;

/// <summary>What controllers ask of objects again and again, read once for each version of an object: hundreds of pods are compared with a hundred selectors.</summary>
internal sealed class ObjectFacts
{
    private static readonly ConditionalWeakTable<StoredObject, ObjectFacts> Known = [];

    private ObjectFacts(StoredObject item)
    {
        Labels = item.Json.Map("metadata", "labels");
        Owners = Owner.Of(item.Json);
        Controller = Owners.FirstOrDefault(static owner => owner.IsController);
    }

    /// <summary>The labels.</summary>
    public IReadOnlyDictionary<string, string> Labels { get; }

    /// <summary>The owners.</summary>
    public IReadOnlyList<Owner> Owners { get; }

    /// <summary>The owner that controls the object; null when none does.</summary>
    public Owner? Controller { get; }

    /// <summary>The facts about a version of an object.</summary>
    /// <param name="item">The version.</param>
    /// <returns>The facts.</returns>
    public static ObjectFacts Of(StoredObject item) => Known.GetValue(item, static item => new ObjectFacts(item));
}
