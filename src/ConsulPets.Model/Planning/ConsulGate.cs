using System.Globalization;
using ConsulPets.Observing;

namespace ConsulPets.Planning;

/// <summary>What must be known before anything is changed. An unknown state is a reason to refuse, never to guess.</summary>
public static class ConsulGate
{
    /// <summary>Refuses when Consul does not answer, hides something, has no leader, or does not tell the servers' health.</summary>
    /// <param name="observation">A fresh observation.</param>
    /// <returns>The refusal; null when the gate is open.</returns>
    public static PlanRefusal? Refusal(PetSetObservation observation)
    {
        ArgumentNullException.ThrowIfNull(observation);
        string set = observation.Workload.Name;
        return observation.Consul switch
        {
            null => new PlanRefusal(
                "ConsulUnreachable",
                $"No pet of '{set}' answers: {observation.ConsulProblem ?? "no pod runs"}.",
                $"See the pods with: Get-ConsulPet -PetSet {set}"),
            { FilteredByAcls: true } => new PlanRefusal(
                "ConsulViewFiltered",
                $"Consul's ACLs hide a part of '{set}' from this token, so what is not seen proves nothing.",
                "Give a token with node:read and operator:read: -Token"),
            { Peers: null, IsDenied: true } consul => new PlanRefusal(
                "ConsulPermissionDenied",
                $"Consul does not let this token read raft of '{set}': {consul.Problem}",
                "Give a token with the permission operator:read: -Token"),
            { Leader: null } or { PeersAreStale: true } => new PlanRefusal(
                "NoConsulLeader",
                $"'{set}' has no leader{(observation.Consul!.Problem is null ? string.Empty : $" ({observation.Consul.Problem.TrimEnd('.')})")}.",
                $"Wait for one with: Wait-ConsulPetSet {set} -For Leader; see Get-ConsulPet -PetSet {set} for pets that are away"),
            { Health: null } consul => new PlanRefusal(
                "ConsulHealthUnknown",
                $"Autopilot did not tell the health of the servers of '{set}'{(consul.Problem is null ? string.Empty : $" ({consul.Problem.TrimEnd('.')})")}, so who can be missed is unknown.",
                "Run the command again; if it stays, look at the leader's log"),
            _ => null,
        };
    }

    /// <summary>The refusal of a step that would leave fewer healthy voters than the quorum.</summary>
    /// <param name="what">What was to be done.</param>
    /// <param name="quorum">The quorum before.</param>
    /// <returns>The refusal.</returns>
    public static PlanRefusal QuorumWouldBeLost(string what, QuorumView quorum) => new(
        "QuorumWouldBeLost",
        quorum is { Voters: { } voters, HealthyVoters: { } healthy }
            ? string.Create(CultureInfo.InvariantCulture, $"The quorum would be lost by {what}: {healthy} of {voters} voters are healthy, {ConsulPets.Quorum.RaftQuorum.Size(voters)} must remain.")
            : $"Whether {what} would lose the quorum is unknown: raft could not be read.",
        "Bring the other pets back first (Get-ConsulPet shows which are away), then run the command again");
}
