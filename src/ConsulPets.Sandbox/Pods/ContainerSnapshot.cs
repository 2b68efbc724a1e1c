namespace ConsulPets.Sandbox.Pods;

/// <summary>How a container stands.</summary>
internal abstract record ContainerState
{
    /// <summary>It is not running (yet, or again).</summary>
    /// <param name="Reason">The machine's word: <c>ContainerCreating</c>.</param>
    /// <param name="Message">The sentence; null for none.</param>
    internal sealed record Waiting(string Reason, string? Message = null) : ContainerState;

    /// <summary>It runs.</summary>
    /// <param name="StartedAt">Since when.</param>
    internal sealed record Running(DateTimeOffset StartedAt) : ContainerState;

    /// <summary>It has ended.</summary>
    /// <param name="ExitCode">With which code.</param>
    /// <param name="Reason"><c>Completed</c>, <c>Error</c>, <c>OOMKilled</c>, …</param>
    /// <param name="Message">The sentence; null for none.</param>
    /// <param name="StartedAt">When it began; null when it never did.</param>
    /// <param name="FinishedAt">When it ended.</param>
    /// <param name="ContainerId">Its ID.</param>
    internal sealed record Terminated(int ExitCode, string Reason, string? Message, DateTimeOffset? StartedAt, DateTimeOffset FinishedAt, string ContainerId) : ContainerState;
}

/// <summary>What a pod's status says of one container.</summary>
/// <param name="Name">The container.</param>
/// <param name="Image">Its image, as the manifest names it.</param>
/// <param name="State">How it stands.</param>
/// <param name="LastState">How it ended before; null when it never did.</param>
/// <param name="RestartCount">How often it was restarted.</param>
/// <param name="IsReady">Whether it may serve.</param>
/// <param name="IsStarted">Whether it has started, as its startup probe sees it.</param>
/// <param name="ImageId">The image that it was started from; empty before that.</param>
/// <param name="ContainerId">Its ID; empty before the first start.</param>
internal sealed record ContainerSnapshot(
    string Name,
    string Image,
    ContainerState State,
    ContainerState.Terminated? LastState = null,
    long RestartCount = 0,
    bool IsReady = false,
    bool IsStarted = false,
    string ImageId = "",
    string ContainerId = "")
{
    /// <summary>Whether it runs.</summary>
    public bool IsRunning => State is ContainerState.Running;

    /// <summary>Whether it ended, and well.</summary>
    public bool HasSucceeded => State is ContainerState.Terminated { ExitCode: 0 };
}
