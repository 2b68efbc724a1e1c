namespace ConsulPets.Sandbox.Store;

/// <summary>How an object is to be written.</summary>
/// <param name="Manager">The field manager; null for a controller's write, whose fields nobody asks about.</param>
/// <param name="Version">The version of the kind that was written in; null for the preferred one.</param>
/// <param name="Subresource"><c>status</c>, <c>scale</c>, or null for the object itself.</param>
/// <param name="DryRun">Whether everything is done but the write.</param>
/// <param name="OwnsFieldRecord">True when the caller has kept <c>managedFields</c> already, as server-side apply does.</param>
public sealed record WriteRequest(string? Manager = null, string? Version = null, string? Subresource = null, bool DryRun = false, bool OwnsFieldRecord = false)
{
    /// <summary>A controller's write to the object.</summary>
    public static WriteRequest Controller { get; } = new("kube-controller-manager");

    /// <summary>A controller's write to its status.</summary>
    public static WriteRequest Status { get; } = new("kube-controller-manager", Subresource: "status");

    /// <summary>A node's write to the status of a pod or of itself.</summary>
    public static WriteRequest NodeStatus { get; } = new("kubelet", Subresource: "status");
}

/// <summary>How an object is to be deleted.</summary>
/// <param name="GracePeriodSeconds">For pods: the seconds that a process has to end; null for the pod's own.</param>
/// <param name="Propagation"><c>Foreground</c>, <c>Background</c> or <c>Orphan</c>; null for the kind's default, Background.</param>
/// <param name="Uid">Only if it is this one; null for any.</param>
/// <param name="ResourceVersion">Only if it is still this version; null for any.</param>
/// <param name="DryRun">Whether everything is done but the deletion.</param>
public sealed record DeleteRequest(long? GracePeriodSeconds = null, string? Propagation = null, string? Uid = null, string? ResourceVersion = null, bool DryRun = false);
