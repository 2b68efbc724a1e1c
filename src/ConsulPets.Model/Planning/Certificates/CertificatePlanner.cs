using ConsulPets.Observing;

namespace ConsulPets.Planning.Certificates;

/// <summary>All that a turn of the servers' certificate writes. Each is one request, and does no harm when it is done twice.</summary>
public enum CertificateStepKind
{
    /// <summary>Puts a new certificate and its key into the Secret, with the note that it is to be taken up.</summary>
    Issue,

    /// <summary>Tells an agent to read its files again.</summary>
    Reload,

    /// <summary>Takes the note away: every pet shows the certificate of the Secret.</summary>
    Finish,
}

/// <summary>One write.</summary>
/// <param name="Kind">What is written.</param>
/// <param name="Pet">The pet; null where it is the Secret.</param>
public sealed record CertificateStep(CertificateStepKind Kind, string? Pet = null);

/// <summary>What a pet's agent shows.</summary>
/// <param name="Pet">The pet.</param>
/// <param name="SerialNumber">The certificate's serial number; null when nobody answered.</param>
/// <param name="Reloaded">When this run has told it to read its files again; null when it has not.</param>
public sealed record ShownCertificate(string Pet, string? SerialNumber, DateTimeOffset? Reloaded);

/// <summary>One look at all that a turn of the servers' certificate decides on.</summary>
/// <param name="Set">The set.</param>
/// <param name="SerialNumber">The serial number of the certificate in the Secret.</param>
/// <param name="IsUnderWay">Whether the Secret's certificate is to be taken up.</param>
/// <param name="Shown">What the pets show.</param>
public sealed record CertificateObservation(PetSetObservation Set, string SerialNumber, bool IsUnderWay, IReadOnlyList<ShownCertificate> Shown);

/// <summary>Exactly one of: a step, a reason to wait, or done.</summary>
/// <param name="Step">The step; null when there is none.</param>
/// <param name="Waiting">What is waited for; null when nothing is.</param>
public sealed record CertificateDecision(CertificateStep? Step = null, string? Waiting = null)
{
    /// <summary>Whether a turn that was begun has nothing left to do.</summary>
    public bool IsDone => Step is null && Waiting is null;
}

/// <summary>
/// Decides the next step of a turn of the servers' certificate. The authority stays the same, so servers with the old and with the new one trust each other and the order is free; a pet that starts meanwhile
/// takes the new one by itself. Consul takes up another certificate when it is told to reload (developer.hashicorp.com/consul/docs/agent/config, "Reloadable configuration"), and the kubelet brings a
/// changed Secret into a running pod within about a minute and a half, so a pet is told again until it shows it.
/// </summary>
public static class CertificatePlanner
{
    /// <summary>How long a pet is waited for before it is told again.</summary>
    public static readonly TimeSpan BetweenReloads = TimeSpan.FromSeconds(10);

    /// <summary>Decides.</summary>
    /// <param name="look">A fresh look.</param>
    /// <param name="isBegun">Whether this run has begun a turn, or found one under way: then it ends when that one does.</param>
    /// <returns>The decision.</returns>
    public static CertificateDecision Decide(CertificateObservation look, bool isBegun)
    {
        ArgumentNullException.ThrowIfNull(look);
        if (!look.IsUnderWay)
        {
            return isBegun ? new CertificateDecision() : new CertificateDecision(new CertificateStep(CertificateStepKind.Issue));
        }

        ShownCertificate[] behind = [.. look.Shown.Where(shown => shown.SerialNumber != look.SerialNumber)];
        int missing = look.Set.Workload.Replicas - look.Shown.Count;
        return behind.FirstOrDefault(shown => shown.SerialNumber is not null && !(look.Set.Taken - shown.Reloaded < BetweenReloads)) is { } next ? new CertificateDecision(new CertificateStep(CertificateStepKind.Reload, next.Pet))
            : behind.FirstOrDefault() is { } pet ? new CertificateDecision(Waiting: pet.SerialNumber is null ? $"{pet.Pet} does not answer" : $"{pet.Pet} shows its former certificate still")
            : missing > 0 ? new CertificateDecision(Waiting: FormattableString.Invariant($"{look.Shown.Count} of {look.Set.Workload.Replicas} pets run"))
            : new CertificateDecision(new CertificateStep(CertificateStepKind.Finish));
    }
}
