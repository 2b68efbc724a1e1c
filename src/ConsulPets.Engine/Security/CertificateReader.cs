using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using ConsulPets.Engine.Kubernetes;
using ConsulPets.Engine.Observing;
using ConsulPets.Errors;

namespace ConsulPets.Engine.Security;

/// <summary>Looks at the certificates that pets show, over port-forwards. Nothing is said to them but that, so whether a certificate is trusted does not matter: an expired one is to be seen too.</summary>
/// <param name="api">The API.</param>
/// <param name="workload">The set.</param>
public sealed class CertificateReader(KubernetesApi api, ObservedWorkload workload)
{
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(10);

    /// <summary>The certificate that a pet shows.</summary>
    /// <param name="pod">The pod.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns>The certificate.</returns>
    /// <exception cref="ConsulPetsException">NoTls: it serves no TLS; PodUnreachable; KubernetesForbidden without pods/portforward.</exception>
    public async Task<X509Certificate2> ReadAsync(ObservedPod pod, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(pod);
        if (pod.ConsulPort.Scheme != Uri.UriSchemeHttps)
        {
            throw new ConsulPetsException(
                "NoTls", ConsulPetsErrorKind.InvalidOperation, $"Pet '{pod.Name}' of '{workload.Name}' serves no TLS.", "A set that does is made with New-ConsulPetSet -Tls or -Secure", pod.Name);
        }

        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(Longest);
        try
        {
            Stream stream = await new PodPort(_ => Task.FromResult(api.Connection), workload.Namespace, pod.Name, pod.ConsulPort.Number).ConnectAsync(limit.Token).ConfigureAwait(false);
#pragma warning disable CA5359 // See the class.
            await using var secure = new SslStream(stream, leaveInnerStreamOpen: false, static (_, _, _, _) => true);
#pragma warning restore CA5359
            await secure.AuthenticateAsClientAsync(new SslClientAuthenticationOptions { TargetHost = "localhost" }, limit.Token).ConfigureAwait(false);
            return X509Certificate2.CreateFromPem(((X509Certificate2)secure.RemoteCertificate!).ExportCertificatePem());
        }
        catch (OperationCanceledException exception) when (!cancellationToken.IsCancellationRequested)
        {
            throw PodPortStream.Unreachable(pod.Name, FormattableString.Invariant($"no answer within {Longest.TotalSeconds:0} s"), exception);
        }
        catch (Exception exception) when (exception is IOException or AuthenticationException)
        {
            throw exception.InnerException as ConsulPetsException ?? PodPortStream.Unreachable(pod.Name, exception.Message, exception);
        }
    }

    /// <summary>The certificates that all pets of the set show.</summary>
    /// <param name="observer">The cluster.</param>
    /// <param name="onFailure">Told of each pet that did not show one.</param>
    /// <param name="cancellationToken">Ends the calls.</param>
    /// <returns>One for each pet that did.</returns>
    /// <exception cref="ConsulPetsException">KubernetesForbidden.</exception>
    public async Task<IReadOnlyList<ConsulServerCertificate>> ReadAllAsync(PetSetObserver observer, Func<ConsulPetsException, Task> onFailure, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(observer);
        ArgumentNullException.ThrowIfNull(onFailure);
        string? current = await CurrentAsync(observer, cancellationToken).ConfigureAwait(false);
        var certificates = new List<ConsulServerCertificate>();
        foreach (ObservedPod pod in (await observer.PodsAsync(workload, cancellationToken).ConfigureAwait(false)).Where(static pod => pod.Running))
        {
            try
            {
                using X509Certificate2 certificate = await ReadAsync(pod, cancellationToken).ConfigureAwait(false);
                certificates.Add(ToObject(certificate, pod, current, TimeProvider.System.GetUtcNow()));
            }
            catch (ConsulPetsException exception) when (!exception.EndsCommand)
            {
                await onFailure(exception).ConfigureAwait(false);
            }
        }

        return certificates;
    }

    // Who may not read the Secret sees the certificates all the same.
    private async Task<string?> CurrentAsync(PetSetObserver observer, CancellationToken cancellationToken)
    {
        try
        {
            return (await new CertificateSecret(api, workload).ReadAsync(cancellationToken).ConfigureAwait(false)).SerialNumber;
        }
        catch (ConsulPetsException exception) when (exception.ErrorId is "KubernetesForbidden" or "CertificateNotKept")
        {
            observer.OnDetail?.Invoke(exception.Message);
            return null;
        }
    }

    /// <summary>A certificate as a user sees it.</summary>
    /// <param name="certificate">The certificate.</param>
    /// <param name="pod">The pod that shows it.</param>
    /// <param name="current">The serial number of the one in the Secret; null when that is not known.</param>
    /// <param name="now">The time.</param>
    /// <returns>The object.</returns>
    public ConsulServerCertificate ToObject(X509Certificate2 certificate, ObservedPod pod, string? current, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(certificate);
        ArgumentNullException.ThrowIfNull(pod);
        return new ConsulServerCertificate
        {
            PetSet = workload.Name,
            Namespace = workload.Namespace,
            Context = api.Connection.Context,
            KubeConfig = api.Connection.Choice.KubeConfig,
            Pet = pod.Name,
            Subject = certificate.Subject,
            Issuer = certificate.Issuer,
            Names = [.. certificate.Extensions.OfType<X509SubjectAlternativeNameExtension>().SelectMany(static names => names.EnumerateDnsNames().Concat(names.EnumerateIPAddresses().Select(static address => address.ToString())))],
            SerialNumber = certificate.SerialNumber,
            NotBefore = certificate.NotBefore,
            NotAfter = certificate.NotAfter,
            DaysLeft = (int)Math.Floor((certificate.NotAfter.ToUniversalTime() - now.UtcDateTime).TotalDays),
            IsCurrent = current is null ? null : current == certificate.SerialNumber,
        };
    }
}
