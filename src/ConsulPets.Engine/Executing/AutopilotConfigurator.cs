using ConsulPets.Engine.Consul;
using ConsulPets.Errors;
using ConsulPets.Planning;

namespace ConsulPets.Engine.Executing;

/// <summary>Reads and changes autopilot's configuration.</summary>
/// <param name="agent">The agent that answered the observation.</param>
/// <param name="consul">What it said.</param>
/// <param name="observation">The observation that this is part of; null for a plain address.</param>
public sealed class AutopilotConfigurator(ConsulClient agent, ObservedConsul consul, PetSetObservation? observation)
{
    /// <summary>The cluster, as a user knows it.</summary>
    public string Target => observation is null ? agent.Name : $"{observation.Workload.Namespace}/{observation.Workload.Name}";

    /// <summary>Reads configuration and judgement.</summary>
    /// <param name="cancellationToken">Ends the calls.</param>
    /// <returns>The object. Without a leader, the configuration that this agent last knew, and no judgement.</returns>
    /// <exception cref="ConsulPetsException">ConsulPermissionDenied, ConsulFailed.</exception>
    public async Task<ConsulAutopilot> ReadAsync(CancellationToken cancellationToken)
    {
        // Without a leader Consul holds such calls for 7 s in the hope of one; the observation knows already.
        Task<AutopilotConfiguration> settings = agent.AutopilotConfigurationAsync(stale: !consul.HasLeader, cancellationToken);
        Task<AutopilotVerdict>? verdict = consul.HasLeader ? agent.AutopilotVerdictAsync(cancellationToken) : null;
        await Task.WhenAll(settings, verdict ?? Task.CompletedTask).ConfigureAwait(false);
        return AutopilotProjection.ToAutopilot(
            await settings.ConfigureAwait(false), verdict is null ? null : await verdict.ConfigureAwait(false), observation);
    }

    /// <summary>Plans a change on the configuration as it is now.</summary>
    /// <param name="change">What is to change.</param>
    /// <param name="force">Whether MinQuorum may be more than there are servers.</param>
    /// <param name="cancellationToken">Ends the calls.</param>
    /// <returns>The configuration that was read, and the plan.</returns>
    /// <exception cref="ConsulPetsException">NoConsulLeader, ConsulPermissionDenied, ConsulFailed.</exception>
    public async Task<(AutopilotConfiguration Settings, ConsulPetPlan Plan)> PlanAsync(AutopilotChange change, bool force, CancellationToken cancellationToken)
    {
        if (consul is { IsDenied: false, HasLeader: false })
        {
            throw NoLeader();
        }

        AutopilotConfiguration settings = await agent.AutopilotConfigurationAsync(stale: false, cancellationToken).ConfigureAwait(false);

        // A pet that is away may have been taken out of raft meanwhile: the set still wants it.
        int servers = Math.Max(consul.Peers?.Count ?? (await agent.RaftAddressesAsync(cancellationToken).ConfigureAwait(false)).Count, observation?.Workload.Replicas ?? 0);
        return (settings, AutopilotPlanner.Plan(Target, change, settings, servers, force));
    }

    /// <summary>Writes a change, unless somebody else changed the configuration since it was read.</summary>
    /// <param name="change">What is to change.</param>
    /// <param name="settings">The configuration that was planned on.</param>
    /// <param name="cancellationToken">Ends the calls.</param>
    /// <returns>A task.</returns>
    /// <exception cref="ConsulPetsException">AutopilotChanged, NoConsulLeader, ConsulPermissionDenied, ConsulFailed.</exception>
    public async Task WriteAsync(AutopilotChange change, AutopilotConfiguration settings, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(change);
        ArgumentNullException.ThrowIfNull(settings);
        if (await agent.SetAutopilotConfigurationAsync(change.ApplyTo(settings), cancellationToken).ConfigureAwait(false))
        {
            return;
        }

        // The answer to a first try may have been lost on the way, or somebody else wanted the same: then there is nothing left to do.
        AutopilotConfiguration now = await agent.AutopilotConfigurationAsync(stale: false, cancellationToken).ConfigureAwait(false);
        if (change.ApplyTo(now) != now)
        {
            throw new ConsulPetsException(
                "AutopilotChanged",
                ConsulPetsErrorKind.ResourceBusy,
                $"Somebody else changed autopilot's configuration of '{Target}' meanwhile, so nothing was written.",
                "Look with Get-ConsulAutopilot, and run the command again if it is still wanted",
                Target);
        }
    }

    private ConsulPetsException NoLeader() => new(
        "NoConsulLeader",
        ConsulPetsErrorKind.ResourceUnavailable,
        $"'{Target}' has no leader, and only a leader can change autopilot's configuration.",
        observation is null ? "See which servers are away: Get-ConsulMember -Address" : $"Wait for one with: Wait-ConsulPetSet {observation.Workload.Name} -For Leader",
        Target);
}
