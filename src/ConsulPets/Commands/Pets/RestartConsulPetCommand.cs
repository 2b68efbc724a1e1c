using System.Management.Automation;
using ConsulPets.Completion;
using ConsulPets.Engine.Executing;
using ConsulPets.Engine.Observing;
using ConsulPets.Formatting;
using ConsulPets.Hosting;
using ConsulPets.Observing;
using ConsulPets.Planning;

namespace ConsulPets.Commands;

/// <summary>Restarts a pet, after asking raft whether it may be missed.</summary>
[Cmdlet(VerbsLifecycle.Restart, "ConsulPet", DefaultParameterSetName = ByName, SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.High)]
[OutputType(typeof(ConsulPet))]
public sealed class RestartConsulPetCommand : ClusterCmdlet
{
    private const string ByName = "Name";
    private const string ByObject = "InputObject";

    /// <summary>The pet's name.</summary>
    [Parameter(Mandatory = true, Position = 0, ParameterSetName = ByName)]
    [ArgumentCompleter(typeof(PetCompleter))]
    [ValidateNotNullOrEmpty]
    public string[] Name { get; set; } = [];

    /// <summary>The pet set; looked for by default.</summary>
    [Parameter(ParameterSetName = ByName)]
    [ArgumentCompleter(typeof(PetSetCompleter))]
    public PetSetReference? PetSet { get; set; }

    /// <summary>The pet.</summary>
    [Parameter(Mandatory = true, ParameterSetName = ByObject, ValueFromPipeline = true)]
    [ValidateNotNull]
    public ConsulPet InputObject { get; set; } = null!;

    /// <summary>Deletes the pod without asking the disruption budget. The quorum is asked all the same.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <summary>Waits until the pet is back and votes.</summary>
    [Parameter]
    public SwitchParameter Wait { get; set; }

    /// <summary>How long to wait at most, for each pet.</summary>
    [Parameter]
    [Alias("Timeout")]
    [ValidateRange(1, int.MaxValue)]
    public int TimeoutSeconds { get; set; } = 300;

    /// <summary>Writes the pet when it was restarted.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    /// <inheritdoc/>
    protected override object? ErrorTarget => ParameterSetName == ByObject ? InputObject : Name;

    /// <inheritdoc/>
    protected override async Task ProcessAsync()
    {
        PetSetObserver observer = await OpenAsync().ConfigureAwait(false);
        string namespaceName = ParameterSetName == ByObject ? InputObject.Namespace ?? NamespaceOf(observer, null) : NamespaceOf(observer, PetSet);
        foreach (string pet in ParameterSetName == ByObject ? [InputObject.Name] : Name)
        {
            try
            {
                string set = ParameterSetName == ByObject ? InputObject.PetSet
                    : PetSet?.Name ?? await PetNames.SetOfAsync(observer, namespaceName, pet, StopToken).ConfigureAwait(false);
                await RestartAsync(observer, namespaceName, set, pet).ConfigureAwait(false);
            }
            catch (Errors.ConsulPetsException failure) when (!failure.EndsCommand)
            {
                await WriteErrorAsync(failure).ConfigureAwait(false);
            }
        }
    }

    private async Task RestartAsync(PetSetObserver observer, string namespaceName, string set, string pet)
    {
        var restarter = new PetRestarter(observer);
        (PetSetObservation observation, ConsulPetPlan plan) = await restarter.PlanAsync(namespaceName, set, pet, Force, StopToken).ConfigureAwait(false);
        plan.ThrowIfRefused(pet);
        pet = plan.Steps[0].Target;

        string leader = observation.Consul?.Leader?.Name is { } name ? $", leader {name}" : string.Empty;
        if (!await ShouldAsync(TableText.Plan($"{plan.Target}{leader}", plan.Steps), $"Restart {pet} of {plan.Target}?").ConfigureAwait(false))
        {
            return;
        }

        ObservedPod former = await restarter.TakeDownAsync(observation, pet, Force, StopToken).ConfigureAwait(false);
        PetSetObservation? back = Wait
            ? await WaitForAsync(observer, observation.Workload, look => WaitRules.JudgeReturn(pet, former.Uid, look), $"back with {pet}", TimeoutSeconds).ConfigureAwait(false)
            : null;
        if (PassThru)
        {
            // In a DaemonSet the pet does not come back: the youngest pod is the one in its place.
            back ??= await observer.ObserveAgainAsync(observation.Workload, default, StopToken).ConfigureAwait(false);
            IReadOnlyList<ConsulPet> pets = back.ToPets();
            ConsulPet? restarted = pets.FirstOrDefault(candidate => candidate.Name == pet) ?? pets.OrderBy(static candidate => candidate.Age).FirstOrDefault();
            if (restarted is not null)
            {
                await WriteAsync(restarted).ConfigureAwait(false);
            }
        }
    }
}
