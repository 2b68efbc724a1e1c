using System.Management.Automation;
using ConsulPets.Engine.Consul;
using ConsulPets.Engine.Executing;
using ConsulPets.Engine.Observing;
using ConsulPets.Formatting;
using ConsulPets.Hosting;
using ConsulPets.Observing;
using ConsulPets.Planning;

namespace ConsulPets.Commands;

/// <summary>Changes autopilot's configuration: what is given, and nothing else.</summary>
[Cmdlet(VerbsCommon.Set, "ConsulAutopilot", DefaultParameterSetName = ByPetSet, SupportsShouldProcess = true)]
[OutputType(typeof(ConsulAutopilot))]
public sealed class SetConsulAutopilotCommand : AgentCmdlet
{
    /// <summary>Whether dead servers are taken out of raft.</summary>
    [Parameter]
    public SwitchParameter CleanupDeadServers { get; set; }

    /// <summary>How long a server may go without word from the leader.</summary>
    [Parameter]
    [ConsulDuration]
    public TimeSpan LastContactThreshold { get; set; }

    /// <summary>How many log entries a server may be behind the leader.</summary>
    [Parameter]
    public int MaxTrailingLogs { get; set; }

    /// <summary>How many servers the clean-up leaves at least.</summary>
    [Parameter]
    public int MinQuorum { get; set; }

    /// <summary>How long a new server must have been healthy before it votes.</summary>
    [Parameter]
    [ConsulDuration]
    public TimeSpan ServerStabilizationTime { get; set; }

    /// <summary>Takes a MinQuorum that is more than there are servers.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <summary>Writes autopilot as it is afterwards.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    /// <inheritdoc/>
    protected override object? ErrorTarget => base.ErrorTarget ?? "autopilot";

    /// <inheritdoc/>
    private protected override void Check()
    {
        if (AutopilotPlanner.Refusal(Change()) is { } refusal)
        {
            throw refusal.ToException(ErrorTarget);
        }
    }

    /// <inheritdoc/>
    private protected override async Task<PetSetReference?> ReferenceAsync(PetSetObserver observer) =>
        PetSet ?? new PetSetReference((await OneSetAsync(observer, null).ConfigureAwait(false)).Name);

    /// <inheritdoc/>
    private protected override async Task ServeAsync(ConsulClient agent, ObservedConsul consul, PetSetObservation? observation)
    {
        var configurator = new AutopilotConfigurator(agent, consul, observation);
        AutopilotChange change = Change();
        (AutopilotConfiguration settings, ConsulPetPlan plan) = await configurator.PlanAsync(change, Force, StopToken).ConfigureAwait(false);
        plan.ThrowIfRefused(configurator.Target);
        if (plan.Steps.Count == 0)
        {
            Detail($"Autopilot of '{configurator.Target}' is set so already.");
        }
        else if (!await ShouldAsync(TableText.Plan(plan.Target, plan.Steps), $"Change autopilot's configuration of {plan.Target}?").ConfigureAwait(false))
        {
            return;
        }
        else
        {
            await configurator.WriteAsync(change, settings, StopToken).ConfigureAwait(false);
        }

        if (PassThru)
        {
            await WriteAsync(await configurator.ReadAsync(StopToken).ConfigureAwait(false)).ConfigureAwait(false);
        }
    }

    private AutopilotChange Change() => new()
    {
        CleanupDeadServers = Is(nameof(CleanupDeadServers)) ? (bool)CleanupDeadServers : null,
        LastContactThreshold = Is(nameof(LastContactThreshold)) ? LastContactThreshold : null,
        MaxTrailingLogs = Is(nameof(MaxTrailingLogs)) ? MaxTrailingLogs : null,
        MinQuorum = Is(nameof(MinQuorum)) ? MinQuorum : null,
        ServerStabilizationTime = Is(nameof(ServerStabilizationTime)) ? ServerStabilizationTime : null,
    };

    private bool Is(string parameter) => MyInvocation.BoundParameters.ContainsKey(parameter);
}
