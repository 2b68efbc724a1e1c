using System.Management.Automation;
using ConsulPets.Completion;
using ConsulPets.Engine.Executing;
using ConsulPets.Engine.Observing;
using ConsulPets.Formatting;
using ConsulPets.Hosting;

namespace ConsulPets.Commands;

/// <summary>Removes a pet set. Its volumes stay unless they are purged.</summary>
[Cmdlet(VerbsCommon.Remove, "ConsulPetSet", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.High)]
[OutputType(typeof(void))]
public sealed class RemoveConsulPetSetCommand : ClusterCmdlet
{
    /// <summary>The pet set.</summary>
    [Parameter(Position = 0, ValueFromPipeline = true)]
    [Alias("Name")]
    [ArgumentCompleter(typeof(PetSetCompleter))]
    public PetSetReference? PetSet { get; set; }

    /// <summary>Leaves the pods running, with all that they need.</summary>
    [Parameter]
    public SwitchParameter KeepPets { get; set; }

    /// <summary>Deletes the volumes and their data too.</summary>
    [Parameter]
    public SwitchParameter PurgeVolumes { get; set; }

    /// <summary>Waits until everything is gone.</summary>
    [Parameter]
    public SwitchParameter Wait { get; set; }

    /// <summary>How long to wait at most.</summary>
    [Parameter]
    [Alias("Timeout")]
    [ValidateRange(1, int.MaxValue)]
    public int TimeoutSeconds { get; set; } = 300;

    /// <inheritdoc/>
    protected override object? ErrorTarget => PetSet;

    /// <inheritdoc/>
    protected override async Task ProcessAsync()
    {
        if (KeepPets && PurgeVolumes)
        {
            throw Errors.ErrorRecords.InvalidArgument("-KeepPets leaves the pods running on the volumes that -PurgeVolumes deletes: both cannot be.", "Give one of them", PetSet);
        }

        PetSetReference petSet = Named(PetSet, isReading: false);
        PetSetObserver observer = await OpenAsync().ConfigureAwait(false);
        string namespaceName = NamespaceOf(observer, petSet);
        var remover = new PetSetRemover(observer);
        RemovalPlan plan = await remover.PlanAsync(namespaceName, petSet.Name, KeepPets, PurgeVolumes, StopToken).ConfigureAwait(false);
        string target = $"{namespaceName}/{petSet.Name}";
        string volumes = plan.Claims.Count == 0 ? string.Empty : $"; {(PurgeVolumes ? "the data is deleted with" : "the data stays in")} {string.Join(", ", plan.Claims)}";
        if (!await ShouldAsync(TableText.Plan($"{target}{volumes}", plan.Steps), $"Remove the pet set {target}{volumes}?").ConfigureAwait(false))
        {
            return;
        }

        await remover.RemoveAsync(plan, namespaceName, KeepPets, PurgeVolumes, StopToken).ConfigureAwait(false);
        if (Wait)
        {
            await remover.WaitUntilGoneAsync(
                plan, namespaceName, KeepPets, PurgeVolumes, TimeSpan.FromSeconds(TimeoutSeconds), left => ShowProgress($"Removing {target}", $"waiting for {left}"), StopToken).ConfigureAwait(false);
        }
    }
}
