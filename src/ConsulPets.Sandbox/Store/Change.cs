namespace ConsulPets.Sandbox.Store;

/// <summary>What happened to an object; the words are those of a watch.</summary>
public enum ChangeKind
{
    /// <summary>It was created.</summary>
    Added,

    /// <summary>It was changed.</summary>
    Modified,

    /// <summary>It is gone.</summary>
    Deleted,
}

/// <summary>One write to the store.</summary>
/// <param name="Kind">What happened.</param>
/// <param name="After">The object after it; a deleted one as it last was, with the revision of its deletion.</param>
/// <param name="Before">The object before it; null when it was created. A watch with a selector needs it to tell what left its view.</param>
public sealed record Change(ChangeKind Kind, StoredObject After, StoredObject? Before);
