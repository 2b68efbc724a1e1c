using System.Management.Automation;
using ConsulPets.Engine.Executing;
using ConsulPets.Engine.Observing;
using ConsulPets.Hosting;
using ConsulPets.Observing;
using ConsulPets.Planning;

namespace ConsulPets.Commands;

/// <summary>Brings a suspended set back to the number of pets that it had.</summary>
[Cmdlet(VerbsLifecycle.Resume, "ConsulPetSet", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Medium)]
[OutputType(typeof(ConsulPetSet))]
public sealed class ResumeConsulPetSetCommand : OperationCmdlet
{
    /// <summary>How many pets the set had; needed only where nothing remembers it.</summary>
    [Parameter]
    [ValidateRange(1, 99)]
    public int? Replicas { get; set; }

    private protected override string Activity => "Resuming";

    private protected override string Noun => "a resumption";

    private protected override Task<(RollingOperation Operation, OperationWriter Writer)> PrepareAsync(PetSetObserver observer, ObservedWorkload workload, string run) => Task.FromResult(
        (new RollingOperation { Kind = RollingKind.Resume, Run = run, Replicas = Replicas, Force = Force, AcceptChanges = Force }, new OperationWriter(observer)));

    private protected override ConsulPetPlan Outline(RollingOperation operation, OperationObservation look) => ResizeOutline.Of(operation, look);

    private protected override string Question(string target, ConsulPetPlan plan) => $"Start the pets of {target} again?";
}
