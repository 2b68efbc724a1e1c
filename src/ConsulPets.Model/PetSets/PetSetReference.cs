namespace ConsulPets;

/// <summary>How a user names a pet set: by a name, by <c>namespace/name</c>, or by the <see cref="ConsulPetSet"/> itself.</summary>
public sealed record PetSetReference
{
    /// <summary>A set by its name, or by <c>namespace/name</c>.</summary>
    /// <param name="name">The name; wildcards are allowed where the cmdlet lists.</param>
    /// <exception cref="ArgumentException">The name, or the part behind the slash, is empty.</exception>
    public PetSetReference(string name)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        int slash = name.IndexOf('/', StringComparison.Ordinal);
        Namespace = slash > 0 ? name[..slash] : null;
        Name = name[(slash + 1)..];
        ArgumentException.ThrowIfNullOrWhiteSpace(Name, nameof(name));
    }

    /// <summary>A set that was read before.</summary>
    /// <param name="petSet">The set.</param>
    public PetSetReference(ConsulPetSet petSet)
    {
        ArgumentNullException.ThrowIfNull(petSet);
        Name = petSet.Name;
        Namespace = petSet.Namespace;
    }

    /// <summary>The set that a check was about.</summary>
    /// <param name="check">The check.</param>
    public PetSetReference(ConsulPetSetCheck check)
    {
        ArgumentNullException.ThrowIfNull(check);
        Name = check.PetSet;
        Namespace = check.Namespace;
    }

    /// <summary>The set that a session is with.</summary>
    /// <param name="session">The session.</param>
    public PetSetReference(ConsulSession session)
    {
        ArgumentNullException.ThrowIfNull(session);
        Name = session.PetSet;
        Namespace = session.Namespace;
    }

    /// <summary>The set's name.</summary>
    public string Name { get; }

    /// <summary>The namespace; null when the reference does not say.</summary>
    public string? Namespace { get; }

    /// <summary>The reference as a user would type it.</summary>
    /// <returns>The name, with the namespace where it is known.</returns>
    public override string ToString() => Namespace is null ? Name : $"{Namespace}/{Name}";
}
