using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using ConsulPets.Engine.Kubernetes;
using ConsulPets.Errors;

namespace ConsulPets.Engine.Security;

/// <summary>The servers' certificate and its key in the Secret that they mount, with the note of a turn that is under way.</summary>
/// <param name="api">The API.</param>
/// <param name="workload">The set.</param>
public sealed class CertificateSecret(KubernetesApi api, ObservedWorkload workload)
{
    private const string TurningAnnotation = "consulpets.io/certificate-turning";

    private string Name => SetNames.ServerSecrets(workload.Name);

    /// <summary>Reads the certificate.</summary>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns>Its serial number, whether it is to be taken up, and the version of the Secret.</returns>
    /// <exception cref="ConsulPetsException">CertificateNotKept, KubernetesForbidden.</exception>
    public async Task<(string SerialNumber, bool IsTurning, string Version)> ReadAsync(CancellationToken cancellationToken)
    {
        JsonElement? secret = await api.FindAsync(KubernetesResource.Secrets, workload.Namespace, Name, cancellationToken).ConfigureAwait(false);
        if (secret is not { } found || SetSecrets.Entry(found, SetNames.CertificateEntry) is not { } pem)
        {
            throw new ConsulPetsException(
                "CertificateNotKept",
                ConsulPetsErrorKind.InvalidOperation,
                $"The Secret '{workload.Namespace}/{Name}' holds no certificate: '{workload.Name}' was not made with -Tls, or not by this module.",
                "Turn a certificate that is kept elsewhere there",
                $"{workload.Namespace}/{workload.Name}");
        }

        using var certificate = X509Certificate2.CreateFromPem(pem);
        return (certificate.SerialNumber, found.Map("metadata", "annotations").ContainsKey(TurningAnnotation), found.Text("metadata", "resourceVersion"));
    }

    /// <summary>The authority that has issued it: the set's own, or the user's.</summary>
    /// <param name="given">The user's; null to take the set's own.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns>The authority.</returns>
    /// <exception cref="ConsulPetsException">AuthorityKeyNeeded, SecretsDiffer, AuthorityInvalid, KubernetesForbidden.</exception>
    public async Task<CertificateAuthority> AuthorityAsync(GivenAuthority? given, CancellationToken cancellationToken)
    {
        string name = SetNames.Authority(workload.Name);
        JsonElement? secret = await api.FindAsync(KubernetesResource.Secrets, workload.Namespace, name, cancellationToken).ConfigureAwait(false);
        string? certificate = secret is { } found ? SetSecrets.Entry(found, SetNames.AuthorityEntry) : null;
        string? key = secret is { } kept ? SetSecrets.Entry(kept, SetNames.AuthorityKeyEntry) : null;
        return given is not null && certificate?.Trim() != given.Certificate.Trim()
                ? throw new ConsulPetsException(
                    "SecretsDiffer", ConsulPetsErrorKind.ResourceExists, $"The Secret '{workload.Namespace}/{name}' holds another authority than -CACertificate, and the servers trust that one.", "Give the authority that the set was made with", name)
            : given is not null ? CertificateAuthority.Load(given.Certificate, given.Key)
            : certificate is not null && key is not null ? CertificateAuthority.Load(certificate, key)
            : throw new ConsulPetsException(
                "AuthorityKeyNeeded",
                ConsulPetsErrorKind.InvalidArgument,
                $"'{workload.Name}' has the certificate of an authority of your own, whose key is not kept in the cluster.",
                "Give it: -CACertificate and -CAKey",
                $"{workload.Namespace}/{workload.Name}");
    }

    /// <summary>Puts another certificate in its place, with the note that it is to be taken up.</summary>
    /// <param name="certificate">The certificate, in PEM.</param>
    /// <param name="key">Its key, in PEM.</param>
    /// <param name="version">The version of the Secret that was seen.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns>False when somebody else has changed it meanwhile.</returns>
    public Task<bool> ReplaceAsync(string certificate, string key, string version, CancellationToken cancellationToken) => api.TryMergeAsync(
        KubernetesResource.Secrets,
        workload.Namespace,
        Name,
        new JsonObject
        {
            ["metadata"] = new JsonObject { ["resourceVersion"] = version, ["annotations"] = new JsonObject { [TurningAnnotation] = "true" } },
            ["data"] = new JsonObject { [SetNames.CertificateEntry] = Encoded(certificate), [SetNames.KeyEntry] = Encoded(key) },
        },
        cancellationToken);

    /// <summary>Takes the note away.</summary>
    /// <param name="version">The version of the Secret that was seen.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns>False when somebody else has changed it meanwhile.</returns>
    public Task<bool> FinishAsync(string version, CancellationToken cancellationToken) => api.TryMergeAsync(
        KubernetesResource.Secrets,
        workload.Namespace,
        Name,
        new JsonObject { ["metadata"] = new JsonObject { ["resourceVersion"] = version, ["annotations"] = new JsonObject { [TurningAnnotation] = null } } },
        cancellationToken);

    private static string Encoded(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text));
}
