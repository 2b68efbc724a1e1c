using System.Management.Automation;
using ConsulPets.Completion;
using ConsulPets.Engine.Executing;
using ConsulPets.Engine.Observing;
using ConsulPets.Formatting;
using ConsulPets.Hosting;
using ConsulPets.Observing;
using ConsulPets.Planning;

namespace ConsulPets.Commands;

/// <summary>Moves the leader to another pet, without taking one down.</summary>
[Cmdlet(VerbsCommon.Move, "ConsulLeader", SupportsShouldProcess = true)]
[OutputType(typeof(ConsulPet))]
public sealed class MoveConsulLeaderCommand : ClusterCmdlet
{
    /// <summary>The pet set; the only one of the namespace by default.</summary>
    [Parameter(Position = 0, ValueFromPipeline = true)]
    [ArgumentCompleter(typeof(PetSetCompleter))]
    public PetSetReference? PetSet { get; set; }

    /// <summary>The pet that is to lead; the most current healthy voter by default.</summary>
    [Parameter(Position = 1)]
    [ArgumentCompleter(typeof(PetCompleter))]
    [ValidateNotNullOrEmpty]
    public string? To { get; set; }

    /// <summary>How long the move may take.</summary>
    [Parameter]
    [Alias("Timeout")]
    [ValidateRange(1, int.MaxValue)]
    public int TimeoutSeconds { get; set; } = 30;

    /// <summary>Writes the pet that leads afterwards.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    /// <inheritdoc/>
    protected override object? ErrorTarget => (object?)To ?? PetSet;

    /// <inheritdoc/>
    protected override async Task ProcessAsync()
    {
        PetSetObserver observer = await OpenAsync().ConfigureAwait(false);
        ObservedWorkload set = await OneSetAsync(observer, PetSet).ConfigureAwait(false);
        var mover = new LeaderMover(observer) { OnWaiting = missing => ShowProgress($"Moving the leader of {set.Namespace}/{set.Name}", missing) };
        (PetSetObservation look, LeaderMove move) = await mover.PlanAsync(set, To, StopToken).ConfigureAwait(false);
        move.Plan.ThrowIfRefused(To ?? set.Name);
        if (move.Plan.Steps.Count == 0)
        {
            Detail($"'{To}' leads already.");
        }
        else if (!await ShouldAsync(TableText.Plan(move.Plan.Target, move.Plan.Steps), $"Move the leader of {move.Plan.Target} to {move.To!.Name}?").ConfigureAwait(false))
        {
            return;
        }
        else
        {
            look = await mover.MoveAsync(set, To, TimeSpan.FromSeconds(TimeoutSeconds), StopToken).ConfigureAwait(false);
        }

        if (PassThru && look.ToPets().FirstOrDefault(static pet => pet.RaftRole == RaftRole.Leader) is { } leader)
        {
            await WriteAsync(leader).ConfigureAwait(false);
        }
    }
}
