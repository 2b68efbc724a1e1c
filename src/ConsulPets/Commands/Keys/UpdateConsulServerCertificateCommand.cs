using System.Management.Automation;
using ConsulPets.Completion;
using ConsulPets.Engine.Observing;
using ConsulPets.Engine.Security;
using ConsulPets.Errors;
using ConsulPets.Formatting;
using ConsulPets.Hosting;
using ConsulPets.Observing;
using ConsulPets.Planning;

namespace ConsulPets.Commands;

/// <summary>Turns the certificate that the servers of a set share, without restarting a pet. A run that was cut short is finished by running it again.</summary>
[Cmdlet(VerbsData.Update, "ConsulServerCertificate", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Medium)]
[OutputType(typeof(ConsulServerCertificate))]
public sealed class UpdateConsulServerCertificateCommand : ClusterCmdlet
{
    /// <summary>The pet set.</summary>
    [Parameter(Position = 0, ValueFromPipeline = true)]
    [Alias("Name")]
    [ArgumentCompleter(typeof(PetSetCompleter))]
    public PetSetReference? PetSet { get; set; }

    /// <summary>The certificate of the authority that the set was made with, where that is one of your own.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? CACertificate { get; set; }

    /// <summary>Its key.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? CAKey { get; set; }

    /// <summary>How long it may go without a pet that takes the certificate up.</summary>
    [Parameter]
    [Alias("Timeout")]
    [ValidateRange(1, int.MaxValue)]
    public int TimeoutSeconds { get; set; } = 300;

    /// <summary>Writes what the pets show afterwards.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    /// <inheritdoc/>
    protected override object? ErrorTarget => PetSet;

    /// <inheritdoc/>
    protected override async Task ProcessAsync()
    {
        PetSetReference petSet = Named(PetSet, isReading: false);
        if ((CACertificate is null) != (CAKey is null))
        {
            throw ErrorRecords.InvalidArgument("An authority of your own is -CACertificate and -CAKey together.", "Give both, or neither for the set's own", petSet.Name);
        }

        GivenAuthority? authority = CACertificate is null ? null : new GivenAuthority(await ReadFileAsync(CACertificate).ConfigureAwait(false), await ReadFileAsync(CAKey!).ConfigureAwait(false));
        PetSetObserver observer = await OpenAsync().ConfigureAwait(false);
        ObservedWorkload workload = await observer.GetWorkloadAsync(NamespaceOf(observer, petSet), petSet.Name, StopToken).ConfigureAwait(false);
        string target = $"{workload.Namespace}/{workload.Name}";
        string activity = $"Turning the servers' certificate of {target}";
        var turner = new CertificateTurner(observer, workload, authority)
        {
            OnWaiting = missing => ShowProgress(activity, missing),
            OnWritten = step => Detail($"{activity}: written: {step.Kind} {step.Pet ?? workload.Name}"),
        };
        bool goesOn = await turner.PlanAsync(StopToken).ConfigureAwait(false);
        if (!await ShouldAsync(TableText.Plan(goesOn ? $"{target}, the rest of a turn that was begun" : target, Outline(workload, goesOn)), $"Turn the servers' certificate of {target}?").ConfigureAwait(false))
        {
            return;
        }

        await turner.RunAsync(TimeSpan.FromSeconds(TimeoutSeconds), StopToken).ConfigureAwait(false);
        if (PassThru)
        {
            foreach (ConsulServerCertificate certificate in await new CertificateReader(observer.Api, workload).ReadAllAsync(observer, OnUnreadAsync, StopToken).ConfigureAwait(false))
            {
                await WriteAsync(certificate).ConfigureAwait(false);
            }
        }
    }

    private Task OnUnreadAsync(Errors.ConsulPetsException failure) => WriteErrorAsync(failure);

    private static ConsulPetStep[] Outline(ObservedWorkload workload, bool goesOn)
    {
        (string Action, string Target, string Reason)[] steps =
        [
            ("issue a new certificate into the Secret", SetNames.ServerSecrets(workload.Name), "by the same authority, so all trust each other all the while"),
            ("have every pet read its files again", workload.Name, "until it shows the new one; no pet is restarted"),
        ];
        return [.. steps.Skip(goesOn ? 1 : 0).Select(static (step, index) => new ConsulPetStep { Order = index + 1, Action = step.Action, Target = step.Target, Reason = step.Reason })];
    }
}
