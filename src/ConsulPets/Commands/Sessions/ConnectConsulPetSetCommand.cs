using System.Management.Automation;
using ConsulPets.Completion;
using ConsulPets.Engine.Consul;
using ConsulPets.Engine.Executing;
using ConsulPets.Engine.Observing;
using ConsulPets.Engine.Sessions;
using ConsulPets.Hosting;
using ConsulPets.Observing;

namespace ConsulPets.Commands;

/// <summary>Opens a session: a way to the Consul of one pet set that further commands use.</summary>
[Cmdlet(VerbsCommunications.Connect, "ConsulPetSet")]
[OutputType(typeof(ConsulSession))]
public sealed class ConnectConsulPetSetCommand : ClusterCmdlet
{
    /// <summary>The pet set; by default the only one of the namespace.</summary>
    [Parameter(Position = 0, ValueFromPipeline = true)]
    [Alias("Name")]
    [ArgumentCompleter(typeof(PetSetCompleter))]
    public PetSetReference? PetSet { get; set; }

    /// <summary>How the agents are reached.</summary>
    [Parameter(Position = 1)]
    public ConsulRoute Via { get; set; }

    /// <summary>A PEM file of the authorities that the agents' certificates are of; by default $env:CONSUL_CACERT, else what the set itself says.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? CACertificate { get; set; }

    /// <summary>A PEM file with the client certificate and its key; by default $env:CONSUL_CLIENT_CERT.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? ClientCertificate { get; set; }

    /// <inheritdoc/>
    protected override object? ErrorTarget => PetSet;

    /// <inheritdoc/>
    protected override async Task ProcessAsync()
    {
        PetSetObserver cluster = await OpenAsync().ConfigureAwait(false);
        ObservedWorkload set = await OneSetAsync(cluster, PetSet).ConfigureAwait(false);
        ConsulTls tls = await TlsAsync().ConfigureAwait(false);
        PetSetSession session = PetSetSessions.Prepare(new SessionRequest(cluster.Api.Connection, set, Via, TokenText(), RunspaceId, tls), TimeProvider.System);
        bool isOpen = false;
        try
        {
            // A session that reaches nobody is none: it is opened when an agent has answered through it. Only this look may be without a check.
            var observer = new PetSetObserver(cluster.Api, null) { OnDetail = Detail, Route = new SessionRoute(cluster.Api, RunspaceId, session, null, null, SkipCertificateCheck) };
            PetSetObservation look = await observer.ObserveAsync(set, default, StopToken).ConfigureAwait(false);
            if (look.Consul is not { } consul)
            {
                throw Refusals.ToException(Planning.ConsulGate.Refusal(look)!, set.Name);
            }

            session.Datacenter = look.ToPetSet().Datacenter;
            PetSetSessions.Add(session);
            isOpen = true;
            await WriteAsync(session.ToSession()).ConfigureAwait(false);
        }
        finally
        {
            if (!isOpen)
            {
                session.Dispose();
            }
        }
    }

    private async Task<ConsulTls> TlsAsync()
    {
        ConsulTls tls = ConsulTls.FromEnvironment();
        if (CACertificate is not null)
        {
            tls = tls with { AuthorityFile = await FileAsync(CACertificate).ConfigureAwait(false), AuthorityFolder = null };
        }

        return ClientCertificate is null ? tls : tls with { CertificateFile = await FileAsync(ClientCertificate).ConfigureAwait(false), KeyFile = null };
    }
}
