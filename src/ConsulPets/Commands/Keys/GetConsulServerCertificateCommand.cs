using System.Management.Automation;
using ConsulPets.Completion;
using ConsulPets.Engine.Observing;
using ConsulPets.Engine.Security;
using ConsulPets.Hosting;
using ConsulPets.Observing;

namespace ConsulPets.Commands;

/// <summary>Shows the certificate that each pet of a set shows, with its names and the days that are left.</summary>
[Cmdlet(VerbsCommon.Get, "ConsulServerCertificate")]
[OutputType(typeof(ConsulServerCertificate))]
public sealed class GetConsulServerCertificateCommand : ClusterCmdlet
{
    /// <summary>The pet set; all of the namespace by default.</summary>
    [Parameter(Position = 0, ValueFromPipeline = true)]
    [Alias("Name")]
    [SupportsWildcards]
    [ArgumentCompleter(typeof(PetSetCompleter))]
    public PetSetReference? PetSet { get; set; }

    /// <inheritdoc/>
    protected override object? ErrorTarget => PetSet;

    /// <inheritdoc/>
    protected override async Task ProcessAsync()
    {
        PetSetObserver observer = await OpenAsync().ConfigureAwait(false);
        await ForEachSetAsync(observer, PetSet, async set =>
        {
            foreach (ConsulServerCertificate certificate in await new CertificateReader(observer.Api, set).ReadAllAsync(observer, WriteErrorAsync, StopToken).ConfigureAwait(false))
            {
                await WriteAsync(certificate).ConfigureAwait(false);
            }
        }).ConfigureAwait(false);
    }
}
