using ConsulPets.Observing;

namespace ConsulPets.Planning.Checks;

/// <summary>Whether every pet has its volume, and no volume is left without a pet.</summary>
internal static class VolumeChecks
{
    /// <summary>Whether the claims are bound, wanted, and stay.</summary>
    public static CheckVerdict Volumes(CheckSubject subject)
    {
        PetSetObservation look = subject.Observation;
        if (look.Workload.Kind == PetSetKind.DaemonSet)
        {
            return CheckVerdict.Passed("a DaemonSet has no volume claims");
        }

        if (look.Workload.ClaimTemplates.Count == 0)
        {
            return CheckVerdict.Warning("no volume claims: a pet that is lost loses its data, and all data when all are lost", null);
        }

        if (look.ClaimsRefusal is { } refusal)
        {
            return subject.NotRead("the volume claims", refusal);
        }

        ObservedClaim[] wanted = [.. look.Claims.Where(claim => claim.Ordinal is { } ordinal && look.Workload.Wants(ordinal))];
        ObservedClaim[] unbound = [.. wanted.Where(static claim => claim.Phase is "Pending" or "Lost")];
        if (unbound.Length > 0)
        {
            return CheckVerdict.Failed(
                string.Join(", ", unbound.Select(static claim => $"{claim.Name} is {claim.Phase}")), subject.Kubectl($"describe pvc {unbound[0].Name}"), [.. unbound.Select(static claim => claim.Name)]);
        }

        ObservedClaim[] doomed = [.. wanted.Where(static claim => claim.Deleting)];
        if (doomed.Length > 0)
        {
            string[] names = [.. doomed.Select(static claim => claim.Name)];
            return CheckVerdict.Warning($"{CheckSubject.List(names)}: deleted already, and gone with its data when the pod stops", subject.Kubectl($"describe pvc {names[0]}"), names);
        }

        string[] orphans = [.. subject.Stale.Where(static stale => stale.Kind == StalePetKind.Volume).Select(static stale => stale.Name)];
        return orphans.Length > 0
            ? CheckVerdict.Warning(
                $"{CheckSubject.List(orphans)}: no pet wants it now; a larger set would take up its old data",
                $"{subject.Cmdlet($"Find-StalePet {subject.Set}")} | Where-Object Kind -eq Volume | Remove-StalePet -IncludeVolume",
                orphans)
            : CheckVerdict.Passed(FormattableString.Invariant($"{CheckSubject.Count(wanted.Length, "claim")} for {CheckSubject.Count(look.Workload.Replicas, "pet")}, none left over"));
    }
}
