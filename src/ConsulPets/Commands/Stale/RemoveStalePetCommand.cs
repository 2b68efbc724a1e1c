using System.Management.Automation;
using ConsulPets.Engine.Executing;
using ConsulPets.Engine.Observing;
using ConsulPets.Formatting;
using ConsulPets.Hosting;
using ConsulPets.Observing;
using ConsulPets.Planning;

namespace ConsulPets.Commands;

/// <summary>Removes what Find-StalePet found, one at a time.</summary>
[Cmdlet(VerbsCommon.Remove, "StalePet", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.High)]
[OutputType(typeof(StalePet))]
public sealed class RemoveStalePetCommand : ClusterCmdlet
{
    /// <summary>What Find-StalePet found.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true)]
    [ValidateNotNull]
    public StalePet InputObject { get; set; } = null!;

    /// <summary>Deletes orphan volumes too; without it they are passed over with a warning.</summary>
    [Parameter]
    public SwitchParameter IncludeVolume { get; set; }

    /// <summary>Writes what was removed.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    /// <inheritdoc/>
    protected override object? ErrorTarget => InputObject;

    /// <inheritdoc/>
    protected override async Task ProcessAsync()
    {
        if (InputObject.Kind == StalePetKind.Volume && !IncludeVolume)
        {
            await WarnAsync($"The volume '{InputObject.Name}' and its data are kept; -IncludeVolume deletes them.").ConfigureAwait(false);
            return;
        }

        PetSetObserver observer = await OpenAsync().ConfigureAwait(false);
        var remover = new StaleRemover(observer);
        string namespaceName = InputObject.Namespace ?? NamespaceOf(observer, null);
        (PetSetObservation observation, ConsulPetPlan plan) = await remover.PlanAsync(InputObject, namespaceName, StopToken).ConfigureAwait(false);
        plan.ThrowIfRefused(InputObject);
        if (plan.Steps.Count == 0)
        {
            Detail($"'{InputObject.Name}' is gone already.");
            return;
        }

        if (!await ShouldAsync(TableText.Plan(plan.Target, plan.Steps), $"Remove the stale {InputObject.Kind} {InputObject.Name} of {plan.Target}?").ConfigureAwait(false))
        {
            return;
        }

        ShowProgress($"Removing the stale {InputObject.Kind} {InputObject.Name}", "until neither gossip nor raft has it");
        await remover.RemoveAsync(InputObject, observation.Workload, StopToken).ConfigureAwait(false);
        if (PassThru)
        {
            await WriteAsync(InputObject).ConfigureAwait(false);
        }
    }
}
