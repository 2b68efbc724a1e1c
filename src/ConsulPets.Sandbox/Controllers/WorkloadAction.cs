using System.Text.Json.Nodes;

namespace ConsulPets.Sandbox.Controllers;

/// <summary>One thing that a workload's rules decided to do. They are done in order; the first that fails ends the round.</summary>
internal abstract record WorkloadAction;

/// <summary>Writes a new revision.</summary>
/// <param name="Revision">The object.</param>
internal sealed record CreateRevision(JsonObject Revision) : WorkloadAction;

/// <summary>An old revision is in use again: it becomes the latest.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Number">Its new number.</param>
internal sealed record RenumberRevision(string Name, long Number) : WorkloadAction;

/// <summary>Deletes a revision that nothing uses.</summary>
/// <param name="Name">Its name.</param>
internal sealed record DeleteRevision(string Name) : WorkloadAction;

/// <summary>Takes over an object that nobody controls.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Uid">Its unique ID.</param>
/// <param name="IsRevision">True for a revision, false for a pod.</param>
internal sealed record Adopt(string Name, string Uid, bool IsRevision = false) : WorkloadAction;

/// <summary>Lets go of a pod whose labels no longer match.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Uid">Its unique ID.</param>
internal sealed record Release(string Name, string Uid) : WorkloadAction;

/// <summary>Makes a pod's claim.</summary>
/// <param name="Claim">The object.</param>
/// <param name="Pod">The pod's name, for the event.</param>
internal sealed record CreateClaim(JsonObject Claim, string Pod) : WorkloadAction;

/// <summary>Says which owners' ends end a claim.</summary>
/// <param name="Name">The claim's name.</param>
/// <param name="Owners">Its owner references.</param>
internal sealed record OwnClaim(string Name, JsonArray Owners) : WorkloadAction;

/// <summary>Makes a pod.</summary>
/// <param name="Pod">The object.</param>
internal sealed record CreatePod(JsonObject Pod) : WorkloadAction;

/// <summary>Puts back labels by which a pod of a set is known.</summary>
/// <param name="Name">The pod's name.</param>
/// <param name="Labels">The labels.</param>
internal sealed record IdentifyPod(string Name, JsonObject Labels) : WorkloadAction;

/// <summary>Deletes a pod.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Uid">Its unique ID: a new one of that name is not meant.</param>
internal sealed record DeletePod(string Name, string Uid) : WorkloadAction
{
    /// <summary>What is told besides the deletion itself; null for nothing.</summary>
    public (string Reason, string Message)? Because { get; init; }
}

/// <summary>What the rules decided for a workload.</summary>
/// <param name="Actions">What to do, in order.</param>
/// <param name="Status">Its new status; null when it is not to be written.</param>
/// <param name="Recheck">After what time to decide anew without a change; null for none.</param>
internal sealed record WorkloadPlan(IReadOnlyList<WorkloadAction> Actions, JsonObject? Status, TimeSpan? Recheck);
