using System.Management.Automation;
using ConsulPets.Completion;
using ConsulPets.Engine.Executing;
using ConsulPets.Engine.Observing;
using ConsulPets.Engine.Security;
using ConsulPets.Formatting;
using ConsulPets.Hosting;
using ConsulPets.Observing;
using ConsulPets.Planning;
using ConsulPets.Planning.GossipKeys;

namespace ConsulPets.Commands;

/// <summary>Turns the key that encrypts gossip, with no moment in which two members cannot read each other. A run that was cut short is finished by running it again.</summary>
[Cmdlet(VerbsData.Update, "ConsulGossipKey", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Medium)]
[OutputType(typeof(ConsulPetSet))]
public sealed class UpdateConsulGossipKeyCommand : ClusterCmdlet
{
    /// <summary>The pet set.</summary>
    [Parameter(Position = 0, ValueFromPipeline = true)]
    [Alias("Name")]
    [ArgumentCompleter(typeof(PetSetCompleter))]
    public PetSetReference? PetSet { get; set; }

    /// <summary>How long it may go without a step.</summary>
    [Parameter]
    [Alias("Timeout")]
    [ValidateRange(1, int.MaxValue)]
    public int TimeoutSeconds { get; set; } = 120;

    /// <summary>Writes the set afterwards.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    /// <inheritdoc/>
    protected override object? ErrorTarget => PetSet;

    /// <inheritdoc/>
    protected override async Task ProcessAsync()
    {
        PetSetReference petSet = Named(PetSet, isReading: false);
        PetSetObserver observer = await OpenAsync().ConfigureAwait(false);
        ObservedWorkload workload = await observer.GetWorkloadAsync(NamespaceOf(observer, petSet), petSet.Name, StopToken).ConfigureAwait(false);
        string target = $"{workload.Namespace}/{workload.Name}";
        var turner = new GossipKeyTurner(observer, workload)
        {
            OnWaiting = missing => ShowProgress($"Turning the gossip key of {target}", missing),
            OnWritten = step => Detail($"Turning the gossip key of {target}: written: {step} {workload.Name}"),
        };
        (GossipKeyObservation look, GossipKeyDecision first) = await turner.PlanAsync(StopToken).ConfigureAwait(false);
        if (first.Refusal is { } refusal)
        {
            throw refusal.ToException(target);
        }

        bool goesOn = look.Kept is { Next: not null } or { Former: not null };
        if (!await ShouldAsync(TableText.Plan(goesOn ? $"{target}, the rest of a turn that was begun" : target, GossipKeyOutline.Of(look)), $"Turn the gossip key of {target}?").ConfigureAwait(false))
        {
            return;
        }

        await turner.RunAsync(TimeSpan.FromSeconds(TimeoutSeconds), StopToken).ConfigureAwait(false);
        if (PassThru)
        {
            await WriteAsync((await observer.ObserveAgainAsync(workload, default, StopToken).ConfigureAwait(false)).ToPetSet()).ConfigureAwait(false);
        }
    }
}
