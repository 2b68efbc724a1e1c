using ConsulPets.Engine.Consul;
using ConsulPets.Errors;

namespace ConsulPets.Engine.Observing;

/// <summary>What to ask Consul for, beyond members and raft.</summary>
/// <param name="Wan">Whether to ask for the WAN pool too.</param>
/// <param name="EveryAgent">Whether every pet's agent is asked for its members, since each knows only what happened while it was there.</param>
/// <param name="Leader">Whether the leader's own agent is asked too whom it calls leaving: raft goes by its view of gossip, not by that of whoever answers first.</param>
/// <param name="ToleratesRefusal">Whether a look goes on without what the account or the token may not read, and says so in the observation; else it ends with the refusal.</param>
public readonly record struct ConsulQuestions(bool Wan = false, bool EveryAgent = false, bool Leader = false, bool ToleratesRefusal = false);

/// <summary>Asks Consul agents for their view: members and leader first, then raft and autopilot; one agent after another until one answers and knows a leader.</summary>
public static class ConsulObserver
{
    /// <summary>Asks agents in turn.</summary>
    /// <param name="agents">The agents, the likeliest to answer first.</param>
    /// <param name="questions">What to ask.</param>
    /// <param name="onSkip">Told of each agent that did not answer, and why.</param>
    /// <param name="cancellationToken">Ends the calls.</param>
    /// <returns>The first view with a leader; else the first view at all; else none, with the last failure.</returns>
    public static async Task<(ObservedConsul? View, ConsulPetsException? Failure)> AskAnyAsync(
        IEnumerable<ConsulClient> agents, ConsulQuestions questions, Action<string>? onSkip, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(agents);
        ObservedConsul? leaderless = null;
        ConsulPetsException? failure = null;
        foreach (ConsulClient agent in agents)
        {
            try
            {
                ObservedConsul view = await AskAsync(agent, questions, cancellationToken).ConfigureAwait(false);
                if (view.HasLeader)
                {
                    return (view, null);
                }

                leaderless ??= view;
            }
            catch (ConsulPetsException exception) when (!exception.EndsCommand && exception.Kind != ConsulPetsErrorKind.PermissionDenied)
            {
                failure = exception;
                onSkip?.Invoke($"{agent.Name}: {exception.Message}");
            }
        }

        return (leaderless, leaderless is null ? failure : null);
    }

    /// <summary>Asks one agent.</summary>
    /// <param name="agent">The agent.</param>
    /// <param name="questions">What to ask.</param>
    /// <param name="cancellationToken">Ends the calls.</param>
    /// <returns>Its view. Raft and autopilot are null where it could not tell; <see cref="ObservedConsul.Problem"/> says why.</returns>
    /// <exception cref="ConsulPetsException">The agent did not answer, or refused the token for the members.</exception>
    public static async Task<ObservedConsul> AskAsync(ConsulClient agent, ConsulQuestions questions, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(agent);
        Task<(IReadOnlyList<ObservedMember> Members, bool IsFiltered)> members = agent.MembersAsync(wan: false, cancellationToken);
        Task<(IReadOnlyList<ObservedMember> Members, bool IsFiltered)>? wan = questions.Wan ? agent.MembersAsync(wan: true, cancellationToken) : null;
        Task<string?> leader = agent.LeaderAddressAsync(cancellationToken);
        await Task.WhenAll(members, wan ?? Task.CompletedTask, leader).ConfigureAwait(false);

        // Without a leader Consul holds such calls for 7 s in the hope of one (agent/consul, RPCHoldTimeout), so they are made only when there is one.
        bool hasLeader = await leader.ConfigureAwait(false) is not null;
        Task<Part<ObservedPeer>> raft = TryAsync(hasLeader ? agent.RaftConfigurationAsync(stale: false, cancellationToken) : LeaderlessPeersAsync(agent, cancellationToken));
        Task<Part<ObservedServerHealth>> health = hasLeader
            ? TryAsync(agent.HealthAsync(cancellationToken))
            : Task.FromResult(new Part<ObservedServerHealth>(null, "No cluster leader", false));
        await Task.WhenAll(raft, health).ConfigureAwait(false);
        Part<ObservedPeer> peers = await raft.ConfigureAwait(false);
        Part<ObservedServerHealth> servers = await health.ConfigureAwait(false);
        bool isStale = !hasLeader;
        if (peers is { Answer: null, IsDenied: false } && hasLeader)
        {
            // The leader went between the two questions.
            peers = await TryAsync(LeaderlessPeersAsync(agent, cancellationToken)).ConfigureAwait(false);
            isStale = true;
            hasLeader = false;
        }

        (IReadOnlyList<ObservedMember> lan, bool isFiltered) = await members.ConfigureAwait(false);
        (IReadOnlyList<ObservedMember> Members, bool IsFiltered)? wanAnswer = wan is null ? null : await wan.ConfigureAwait(false);
        string? leaderAddress = hasLeader ? await leader.ConfigureAwait(false) : null;
        IReadOnlyList<ObservedPeer>? configuration = isStale ? peers.Answer?.Select(static peer => peer with { IsLeader = false }).ToArray() : peers.Answer;
        return new ObservedConsul
        {
            AnsweredBy = agent.Name,
            Members = lan,
            FilteredByAcls = isFiltered || wanAnswer is { IsFiltered: true },
            WanMembers = wanAnswer?.Members,
            LeaderAddress = leaderAddress,
            Peers = configuration is null ? null : RaftConfiguration.Complete(configuration, lan, leaderAddress),
            PeersAreStale = isStale && peers.Answer is not null,
            Health = servers.Answer,
            Problem = peers.Problem ?? servers.Problem,
            IsDenied = peers.IsDenied || servers.IsDenied,
        };
    }

    /// <summary>Adds what other agents know of the gossip pools to a view. An agent that does not answer is passed over.</summary>
    /// <param name="view">The view.</param>
    /// <param name="others">The other agents.</param>
    /// <param name="questions">What was asked.</param>
    /// <param name="onSkip">Told of each agent that did not answer, and why.</param>
    /// <param name="cancellationToken">Ends the calls.</param>
    /// <returns>The view with the members of all.</returns>
    public static async Task<ObservedConsul> AddOthersAsync(
        ObservedConsul view, IEnumerable<ConsulClient> others, ConsulQuestions questions, Action<string>? onSkip, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(view);
        ArgumentNullException.ThrowIfNull(others);
        ConsulClient[] agents = [.. others];
        (IReadOnlyList<ObservedMember> Members, bool IsFiltered)[] lan = await Task.WhenAll(agents.Select(agent => AskMembersAsync(agent, wan: false))).ConfigureAwait(false);
        (IReadOnlyList<ObservedMember> Members, bool IsFiltered)[] wan = questions.Wan ? await Task.WhenAll(agents.Select(agent => AskMembersAsync(agent, wan: true))).ConfigureAwait(false) : [];
        return view with
        {
            Members = GossipViews.Merge(lan.Select(static answer => answer.Members).Prepend(view.Members)),
            WanMembers = view.WanMembers is null ? null : GossipViews.Merge(wan.Select(static answer => answer.Members).Prepend(view.WanMembers)),
            FilteredByAcls = view.FilteredByAcls || lan.Concat(wan).Any(static answer => answer.IsFiltered),
        };

        async Task<(IReadOnlyList<ObservedMember> Members, bool IsFiltered)> AskMembersAsync(ConsulClient agent, bool wan)
        {
            try
            {
                return await agent.MembersAsync(wan, cancellationToken).ConfigureAwait(false);
            }
            catch (ConsulPetsException exception) when (!exception.EndsCommand)
            {
                onSkip?.Invoke($"{agent.Name}: {exception.Message}");
                return ([], false);
            }
        }
    }

    // A server that was never bootstrapped refuses even a stale read of the configuration (seen on 1.8.7); that it has none, it says elsewhere.
    private static async Task<IReadOnlyList<ObservedPeer>> LeaderlessPeersAsync(ConsulClient agent, CancellationToken cancellationToken) =>
        (await agent.RaftAddressesAsync(cancellationToken).ConfigureAwait(false)).Count == 0
            ? []
            : await agent.RaftConfigurationAsync(stale: true, cancellationToken).ConfigureAwait(false);

    // Without a leader, or without the permission, members still tell much; what is missing is said, not thrown.
    private static async Task<Part<T>> TryAsync<T>(Task<IReadOnlyList<T>> call)
    {
        try
        {
            return new Part<T>(await call.ConfigureAwait(false), null, false);
        }
        catch (ConsulPetsException exception) when (exception.ErrorId is "NoConsulLeader" or "ConsulPermissionDenied" or "ConsulFailed" or "ConsulBusy" or "PodUnreachable")
        {
            return new Part<T>(null, exception.Message, exception.ErrorId == "ConsulPermissionDenied");
        }
    }

    private sealed record Part<T>(IReadOnlyList<T>? Answer, string? Problem, bool IsDenied);
}
