using System.Management.Automation;
using ConsulPets.Engine.Executing;
using ConsulPets.Engine.Observing;
using ConsulPets.Hosting;
using ConsulPets.Observing;
using ConsulPets.Planning;

namespace ConsulPets.Commands;

/// <summary>Stops all pets of a set, in an order from which raft comes back, and remembers how many there were.</summary>
[Cmdlet(VerbsLifecycle.Suspend, "ConsulPetSet", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.High)]
[OutputType(typeof(ConsulPetSet))]
public sealed class SuspendConsulPetSetCommand : OperationCmdlet
{
    private protected override string Activity => "Suspending";

    private protected override string Noun => "a suspension";

    private protected override Task<(RollingOperation Operation, OperationWriter Writer)> PrepareAsync(PetSetObserver observer, ObservedWorkload workload, string run) => Task.FromResult(
        (new RollingOperation { Kind = RollingKind.Suspend, Run = run, AcceptChanges = Force }, new OperationWriter(observer)));

    private protected override ConsulPetPlan Outline(RollingOperation operation, OperationObservation look) => ResizeOutline.Of(operation, look);

    private protected override string Question(string target, ConsulPetPlan plan) => $"Stop all pets of {target}? Consul is away until Resume-ConsulPetSet brings them back.";
}
