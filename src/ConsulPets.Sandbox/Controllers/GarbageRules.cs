namespace ConsulPets.Sandbox.Controllers;

/// <summary>How an owner is, as the garbage collector sees it.</summary>
internal enum OwnerState
{
    /// <summary>It is there.</summary>
    Solid,

    /// <summary>It is gone, or another object has its name.</summary>
    Absent,

    /// <summary>It is being deleted and waits for this dependant.</summary>
    WaitsForDependants,
}

/// <summary>What is to be done with a dependant.</summary>
internal enum GarbageVerdict
{
    /// <summary>Nothing.</summary>
    Keep,

    /// <summary>Its references to owners that are not solid are taken away.</summary>
    DropReferences,

    /// <summary>It is deleted; its own dependants follow later.</summary>
    DeleteInBackground,

    /// <summary>It is deleted after its own dependants.</summary>
    DeleteInForeground,
}

/// <summary>Which dependants are garbage (Kubernetes source, pkg/controller/garbagecollector, attemptToDeleteItem).</summary>
internal static class GarbageRules
{
    /// <summary>Judges a dependant.</summary>
    /// <param name="owners">How its owners are.</param>
    /// <param name="hasDependants">Whether other objects name it as an owner.</param>
    /// <returns>What is to be done.</returns>
    public static GarbageVerdict Judge(IReadOnlyList<OwnerState> owners, bool hasDependants)
    {
        if (owners.All(static owner => owner == OwnerState.Solid))
        {
            return GarbageVerdict.Keep;
        }

        // One owner that is there is enough to keep it.
        return owners.Contains(OwnerState.Solid) ? GarbageVerdict.DropReferences
            : owners.Contains(OwnerState.WaitsForDependants) && hasDependants ? GarbageVerdict.DeleteInForeground
            : GarbageVerdict.DeleteInBackground;
    }
}
