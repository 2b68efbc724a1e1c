using ConsulPets.Engine.Observing;
using ConsulPets.Observing;

namespace ConsulPets.Completion;

/// <summary>Completes the raft IDs of peers that gossip does not see alive: no others can be removed.</summary>
public sealed class LostPeerCompleter : ClusterCompleter
{
    /// <inheritdoc/>
    protected override async Task<IReadOnlyList<string>> AskAsync(CompletionScope scope, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(scope);
        PetSetObserver observer = await OpenAsync(scope, cancellationToken).ConfigureAwait(false);
        IReadOnlyList<ObservedWorkload> sets = await observer.FindWorkloadsAsync(scope.Namespace ?? observer.Api.Connection.Namespace, scope.PetSet, cancellationToken).ConfigureAwait(false);
        PetSetObservation[] looks = await Task.WhenAll(sets.Select(set => observer.ObserveAsync(set, default, cancellationToken))).ConfigureAwait(false);
        return [.. looks.Select(static look => look.Consul).OfType<ObservedConsul>().SelectMany(static consul => (consul.Peers ?? [])
            .Where(peer => !consul.Members.Any(member => member.NodeId == peer.Id && member.Status == ConsulMemberStatus.Alive))
            .Select(static peer => peer.Id))];
    }
}
