using System.Management.Automation;
using ConsulPets.Errors;
using ConsulPets.Hosting;
using ConsulPets.Observing;

namespace ConsulPets.Commands;

/// <summary>Lists the servers in the raft configuration.</summary>
[Cmdlet(VerbsCommon.Get, "ConsulRaftPeer", DefaultParameterSetName = ByPetSet)]
[OutputType(typeof(ConsulRaftPeer))]
public sealed class GetConsulRaftPeerCommand : ConsulCmdlet
{
    /// <inheritdoc/>
    private protected override async Task WriteAsync(ObservedConsul consul, PetSetObservation? observation)
    {
        if (consul.Peers is null)
        {
            throw new ConsulPetsException(
                consul.IsDenied ? "ConsulPermissionDenied" : "RaftUnreadable",
                consul.IsDenied ? ConsulPetsErrorKind.PermissionDenied : ConsulPetsErrorKind.ResourceUnavailable,
                $"Consul on '{consul.AnsweredBy}' did not tell its raft configuration: {consul.Problem ?? "no reason given."}",
                "Give a token with operator:read (-Token), or look at the server's log",
                consul.AnsweredBy);
        }

        if (consul.PeersAreStale)
        {
            await WarnAsync($"There is no leader, so this is what '{consul.AnsweredBy}' last knew of raft.").ConfigureAwait(false);
        }

        foreach (ConsulRaftPeer peer in observation?.ToRaftPeers() ?? PetSetProjection.ToRaftPeers(consul))
        {
            await WriteAsync(peer).ConfigureAwait(false);
        }
    }
}
