namespace ConsulPets.Sandbox.Faults;

/// <summary>What a fault does to a call.</summary>
internal abstract record FaultEffect
{
    private FaultEffect()
    {
    }

    /// <summary>Whether the call ends here. Otherwise it goes on, to the next fault and to the API.</summary>
    public virtual bool EndsCall => false;

    /// <summary>Answers with a <c>Status</c>.</summary>
    /// <param name="Code">The HTTP status, 400 to 599.</param>
    /// <param name="Reason">The machine's word; null for what the API server says with this code.</param>
    /// <param name="Message">The sentence; null for what the API server says with this code.</param>
    /// <param name="RetryAfterSeconds">The <c>Retry-After</c> header; null for none.</param>
    public sealed record Refuse(int Code, string? Reason = null, string? Message = null, int? RetryAfterSeconds = null) : FaultEffect
    {
        /// <inheritdoc />
        public override bool EndsCall => true;
    }

    /// <summary>Waits before the call goes on.</summary>
    /// <param name="Duration">How long.</param>
    public sealed record Delay(TimeSpan Duration) : FaultEffect;

    /// <summary>Breaks the connection (of HTTP/2: the stream) before anything is answered, and nothing is done.</summary>
    public sealed record Drop : FaultEffect
    {
        /// <inheritdoc />
        public override bool EndsCall => true;
    }

    /// <summary>Lets the call be done and breaks the connection amid the answer. An answer that is no longer than that arrives whole.</summary>
    /// <param name="AfterBytes">How many bytes of the answer's body arrive.</param>
    public sealed record Cut(long AfterBytes) : FaultEffect;

    /// <summary>Ends the open watches of the fault's resource (of all, if it names none), as an API server that restarts does.</summary>
    public sealed record EndWatches : FaultEffect;

    /// <summary>Forgets the store's history, as etcd's compaction does: a watch from an earlier revision is answered with 410.</summary>
    public sealed record Expire : FaultEffect;
}
