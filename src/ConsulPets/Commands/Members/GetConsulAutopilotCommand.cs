using System.Management.Automation;
using ConsulPets.Engine.Consul;
using ConsulPets.Engine.Executing;
using ConsulPets.Hosting;
using ConsulPets.Observing;

namespace ConsulPets.Commands;

/// <summary>Reads autopilot's configuration, and how it judges the servers.</summary>
[Cmdlet(VerbsCommon.Get, "ConsulAutopilot", DefaultParameterSetName = ByPetSet)]
[OutputType(typeof(ConsulAutopilot))]
public sealed class GetConsulAutopilotCommand : AgentCmdlet
{
    /// <inheritdoc/>
    private protected override async Task ServeAsync(ConsulClient agent, ObservedConsul consul, PetSetObservation? observation)
    {
        ConsulAutopilot autopilot = await new AutopilotConfigurator(agent, consul, observation).ReadAsync(StopToken).ConfigureAwait(false);
        if (!consul.HasLeader)
        {
            await WarnAsync($"There is no leader, so this is the configuration that '{consul.AnsweredBy}' last knew, and nobody judges the servers.").ConfigureAwait(false);
        }

        await WriteAsync(autopilot).ConfigureAwait(false);
    }
}
