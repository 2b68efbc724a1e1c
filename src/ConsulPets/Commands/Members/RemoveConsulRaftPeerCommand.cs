using System.Management.Automation;
using ConsulPets.Completion;
using ConsulPets.Engine.Executing;
using ConsulPets.Engine.Observing;
using ConsulPets.Errors;
using ConsulPets.Formatting;
using ConsulPets.Hosting;
using ConsulPets.Observing;
using ConsulPets.Planning;

namespace ConsulPets.Commands;

/// <summary>Takes a dead server out of the raft configuration.</summary>
[Cmdlet(VerbsCommon.Remove, "ConsulRaftPeer", DefaultParameterSetName = ById, SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.High)]
[OutputType(typeof(ConsulRaftPeer))]
public sealed class RemoveConsulRaftPeerCommand : ClusterCmdlet
{
    private const string ById = "NodeId";
    private const string ByObject = "InputObject";

    /// <summary>The raft ID.</summary>
    [Parameter(Mandatory = true, Position = 0, ParameterSetName = ById)]
    [Alias("Id")]
    [ArgumentCompleter(typeof(LostPeerCompleter))]
    [ValidateNotNullOrEmpty]
    public string[] NodeId { get; set; } = [];

    /// <summary>The pet set; the only one of the namespace by default.</summary>
    [Parameter(ParameterSetName = ById)]
    [ArgumentCompleter(typeof(PetSetCompleter))]
    public PetSetReference? PetSet { get; set; }

    /// <summary>The peer.</summary>
    [Parameter(Mandatory = true, ParameterSetName = ByObject, ValueFromPipeline = true)]
    [ValidateNotNull]
    public ConsulRaftPeer InputObject { get; set; } = null!;

    /// <summary>Writes what was removed.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    /// <inheritdoc/>
    protected override object? ErrorTarget => ParameterSetName == ByObject ? InputObject : NodeId;

    /// <inheritdoc/>
    protected override async Task ProcessAsync()
    {
        PetSetReference? reference = ParameterSetName == ByObject ? SetOf(InputObject) : PetSet;
        PetSetObserver observer = await OpenAsync().ConfigureAwait(false);
        ObservedWorkload set = await OneSetAsync(observer, reference).ConfigureAwait(false);
        foreach (string id in ParameterSetName == ByObject ? [InputObject.NodeId] : NodeId)
        {
            try
            {
                await RemoveAsync(new RaftPeerRemover(observer), set, id).ConfigureAwait(false);
            }
            catch (ConsulPetsException failure) when (!failure.EndsCommand)
            {
                await WriteErrorAsync(failure).ConfigureAwait(false);
            }
        }
    }

    private static PetSetReference SetOf(ConsulRaftPeer peer) => peer.PetSet is { } set
        ? new PetSetReference(peer.Namespace is null ? set : $"{peer.Namespace}/{set}")
        : throw new ConsulPetsException(
            "RaftPeerHasNoPetSet",
            ConsulPetsErrorKind.InvalidOperation,
            $"The raft peer {peer.NodeId} was read from a plain address, so whether a pod still has it cannot be seen.",
            "Take it from the pet set: Get-ConsulRaftPeer -PetSet",
            peer);

    private async Task RemoveAsync(RaftPeerRemover remover, ObservedWorkload set, string id)
    {
        (PetSetObservation look, ConsulPetPlan plan) = await remover.PlanAsync(set, id, StopToken).ConfigureAwait(false);
        plan.ThrowIfRefused(id);
        if (plan.Steps.Count == 0 && ParameterSetName == ByObject)
        {
            Detail($"The raft peer {id} is gone already.");
            return;
        }

        // An ID that was typed may be mistyped: that is not the same as being gone.
        ConsulRaftPeer peer = look.ToRaftPeers().FirstOrDefault(candidate => candidate.NodeId == id) ?? throw new ConsulPetsException(
            "RaftPeerNotFound",
            ConsulPetsErrorKind.ObjectNotFound,
            $"Raft of '{plan.Target}' has no peer {id}.",
            $"List those that it has: Get-ConsulRaftPeer -PetSet {set.Name}",
            id);
        if (!await ShouldAsync(TableText.Plan(plan.Target, plan.Steps), $"Remove the raft peer {id} of {plan.Target}?").ConfigureAwait(false))
        {
            return;
        }

        ShowProgress($"Removing the raft peer {id}", "a second look, some seconds after the first");
        await remover.RemoveAsync(look, id, StopToken).ConfigureAwait(false);
        if (PassThru)
        {
            await WriteAsync(peer).ConfigureAwait(false);
        }
    }
}
