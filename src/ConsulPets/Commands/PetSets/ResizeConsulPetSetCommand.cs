using System.Management.Automation;
using ConsulPets.Engine.Executing;
using ConsulPets.Engine.Observing;
using ConsulPets.Errors;
using ConsulPets.Hosting;
using ConsulPets.Observing;
using ConsulPets.Planning;

namespace ConsulPets.Commands;

/// <summary>Changes the number of pets of a set, one at a time, as raft allows. A run that was cut short is finished by running it again.</summary>
[Cmdlet(VerbsCommon.Resize, "ConsulPetSet", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.High)]
[OutputType(typeof(ConsulPetSet))]
public sealed class ResizeConsulPetSetCommand : OperationCmdlet
{
    private IReadOnlyList<string> doomed = [];

    /// <summary>How many pets the set is to have.</summary>
    [Parameter(Mandatory = true, Position = 1)]
    [ValidateRange(0, 99)]
    public int Replicas { get; set; }

    /// <summary>What becomes of the volumes of pets that go.</summary>
    [Parameter]
    public VolumePolicy VolumePolicy { get; set; } = VolumePolicy.Retain;

    private protected override string Activity => "Resizing";

    private protected override string Noun => "a resize";

    private protected override Task<(RollingOperation Operation, OperationWriter Writer)> PrepareAsync(PetSetObserver observer, ObservedWorkload workload, string run)
    {
        if (Replicas == 0)
        {
            throw ErrorRecords.InvalidArgument("A pet set has at least one server.", $"To stop all of them and bring them back later: Suspend-ConsulPetSet {workload.Name}", Replicas);
        }

        var operation = new RollingOperation { Kind = RollingKind.Resize, Run = run, Replicas = Replicas, Volumes = VolumePolicy, Force = Force, AcceptChanges = Force };
        return Task.FromResult((operation, new OperationWriter(observer)));
    }

    private protected override RollingOperation Agree(RollingOperation operation, OperationObservation look) => operation with { AgreedClaims = doomed = ResizeOutline.DoomedClaims(operation, look) };

    private protected override ConsulPetPlan Outline(RollingOperation operation, OperationObservation look) => ResizeOutline.Of(operation, look);

    private protected override string Question(string target, ConsulPetPlan plan) => FormattableString.Invariant(
        $"Resize {target} to {(Replicas == 1 ? "1 pet" : FormattableString.Invariant($"{Replicas} pets"))}{(doomed.Count == 0 ? string.Empty : $" and delete the data of {string.Join(", ", doomed)}")}?");
}
