using System.Management.Automation;
using ConsulPets.Completion;
using ConsulPets.Engine.Executing;
using ConsulPets.Engine.Observing;
using ConsulPets.Hosting;
using ConsulPets.Observing;
using ConsulPets.Planning;

namespace ConsulPets.Commands;

/// <summary>Restarts every pet of a set, one at a time, as raft allows. A run that was cut short is finished by running it again.</summary>
[Cmdlet(VerbsLifecycle.Restart, "ConsulPetSet", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.High)]
[OutputType(typeof(ConsulPetSet))]
public sealed class RestartConsulPetSetCommand : OperationCmdlet
{
    /// <summary>Stops as soon as this pet is back, votes and is stable. The same command goes on from there.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(PetCompleter))]
    [ValidateNotNullOrEmpty]
    public string? StopAfter { get; set; }

    /// <summary>Restarts a pet that is sick before the others.</summary>
    [Parameter]
    public SwitchParameter SickFirst { get; set; }

    private protected override string Activity => "Restarting";

    private protected override string Noun => "a restart";

    private protected override Task<(RollingOperation Operation, OperationWriter Writer)> PrepareAsync(PetSetObserver observer, ObservedWorkload workload, string run) => Task.FromResult(
        (new RollingOperation { Kind = RollingKind.Restart, Run = run, StopAfter = StopAfter, SickFirst = SickFirst, AcceptChanges = Force }, new OperationWriter(observer)));

    private protected override ConsulPetPlan Outline(RollingOperation operation, OperationObservation look) => RestartOutline.Of(operation, look);

    private protected override string Question(string target, ConsulPetPlan plan) =>
        $"Restart {string.Join(", ", plan.Steps.Select(static step => step.Target))} of {target}, one at a time?";
}
