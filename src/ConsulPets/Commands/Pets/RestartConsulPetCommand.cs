using System.Management.Automation;
using ConsulPets.Completion;
using ConsulPets.Engine.Executing;
using ConsulPets.Engine.Observing;
using ConsulPets.Formatting;
using ConsulPets.Hosting;
using ConsulPets.Observing;
using ConsulPets.Planning;

namespace ConsulPets.Commands;

/// <summary>Restarts pets, one at a time, after asking raft whether each may be missed. A run that was cut short is finished by running it again.</summary>
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

    /// <summary>Deletes the pod without asking the disruption budget, and goes on although somebody else has changed the set since a run that was cut short. The quorum is asked all the same.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <summary>Waits until the last pet, too, is back and votes.</summary>
    [Parameter]
    public SwitchParameter Wait { get; set; }

    /// <summary>How long it may wait without a step: for each pet to be back, and at each gate.</summary>
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
        if (ParameterSetName == ByObject)
        {
            await ReportAsync(() => RestartAsync(observer, InputObject.Namespace ?? NamespaceOf(observer, null), InputObject.PetSet, [InputObject.Name])).ConfigureAwait(false);
            return;
        }

        string namespaceName = NamespaceOf(observer, PetSet);
        var sets = new List<(string Set, string Pet)>();
        foreach (string pet in Name)
        {
            await ReportAsync(async () => sets.Add((PetSet?.Name ?? await PetNames.SetOfAsync(observer, namespaceName, pet, StopToken).ConfigureAwait(false), pet))).ConfigureAwait(false);
        }

        foreach (IGrouping<string, string> set in sets.GroupBy(static one => one.Set, static one => one.Pet, StringComparer.Ordinal))
        {
            await ReportAsync(() => RestartAsync(observer, namespaceName, set.Key, [.. set.Distinct(StringComparer.OrdinalIgnoreCase)])).ConfigureAwait(false);
        }
    }

    // One set, or one pet, that fails does not keep the others from being served.
    private async Task ReportAsync(Func<Task> work)
    {
        try
        {
            await work().ConfigureAwait(false);
        }
        catch (Errors.ConsulPetsException failure) when (!failure.EndsCommand)
        {
            await WriteErrorAsync(failure).ConfigureAwait(false);
        }
    }

    private async Task RestartAsync(PetSetObserver observer, string namespaceName, string set, IReadOnlyList<string> names)
    {
        ObservedWorkload workload = await observer.GetWorkloadAsync(namespaceName, set, StopToken).ConfigureAwait(false);
        string activity = $"Restarting {string.Join(", ", names)} of {workload.Namespace}/{workload.Name}";
        var runner = new OperationRunner(observer)
        {
            OnStep = step => ShowProgress(activity, step.Reason),
            OnWritten = step => Detail($"{activity}: written: {step.Kind} {step.Target}"),
            OnWaiting = gate => ShowProgress(activity, $"waiting: {gate}"),
        };
        var operation = new RollingOperation
        {
            Kind = RollingKind.Restart,
            Run = Guid.NewGuid().ToString("n"),
            Pets = names,
            ReturnsAtOnce = !Wait,
            Force = Force,
            AcceptChanges = Force,
        };
        (OperationObservation look, _) = await runner.PlanAsync(workload, operation, StopToken).ConfigureAwait(false);
        string[] pets = [.. names.Select(name => look.Set.Pods.FirstOrDefault(pod => string.Equals(pod.Name, name, StringComparison.OrdinalIgnoreCase))?.Name ?? name)];
        operation = operation with { Pets = pets, AgreedPods = [.. look.Set.Pods.Select(static pod => pod.Uid)] };
        IReadOnlyList<string> agreed = await AgreedAsync(operation, look, pets).ConfigureAwait(false);
        if (agreed.Count == 0)
        {
            return;
        }

        await runner.RunAsync(workload, operation with { Pets = agreed }, new OperationWriter(observer), TimeSpan.FromSeconds(TimeoutSeconds), StopToken).ConfigureAwait(false);
        if (PassThru)
        {
            PetSetObservation after = await observer.ObserveAgainAsync(workload, default, StopToken).ConfigureAwait(false);
            await WriteAsync(agreed, after.ToPets()).ConfigureAwait(false);
        }
    }

    // What was begun with the same pets is one question; what is new is one for each pet.
    private async Task<IReadOnlyList<string>> AgreedAsync(RollingOperation operation, OperationObservation look, IReadOnlyList<string> pets)
    {
        if (RollingPlanner.GoesOn(operation, look))
        {
            return await IsAgreedAsync(operation, look, string.Join(", ", pets)).ConfigureAwait(false) ? pets : [];
        }

        var agreed = new List<string>();
        foreach (string pet in pets)
        {
            await ReportAsync(async () =>
            {
                if (await IsAgreedAsync(operation with { Pets = [pet] }, look, pet).ConfigureAwait(false))
                {
                    agreed.Add(pet);
                }
            }).ConfigureAwait(false);
        }

        return agreed;
    }

    private Task<bool> IsAgreedAsync(RollingOperation operation, OperationObservation look, string pets)
    {
        // A run that was cut short before it took anything down is withdrawn by the one that is refused: only the executor does that.
        if (RollingPlanner.Decide(operation, look).Refusal is { } refusal && RollingPlanner.Withdrawal(operation, look) is null)
        {
            throw refusal.ToException(pets);
        }

        bool goesOn = RollingPlanner.GoesOn(operation, look);
        ConsulPetPlan plan = goesOn ? RestartOutline.Of(operation, look) : RestartPlanner.Plan(pets, look.Set, Force);
        string leader = look.Set.Consul?.Leader?.Name is { } name ? $", leader {name}" : string.Empty;
        string rest = goesOn ? ", the rest of a restart that was begun" : string.Empty;
        return ShouldAsync(
            TableText.Plan($"{plan.Target}{leader}{rest}", plan.Steps),
            goesOn ? $"Finish the restart of {pets} of {plan.Target}?" : $"Restart {pets} of {plan.Target}?");
    }

    // In a DaemonSet a pet does not come back: the youngest pods are the ones in their place.
    private async Task WriteAsync(IReadOnlyList<string> restarted, IReadOnlyList<ConsulPet> now)
    {
        ConsulPet[] same = [.. restarted.Select(name => now.FirstOrDefault(pet => pet.Name == name)).OfType<ConsulPet>()];
        foreach (ConsulPet pet in same.Concat(now.Except(same).OrderBy(static pet => pet.Age).Take(restarted.Count - same.Length)))
        {
            await WriteAsync(pet).ConfigureAwait(false);
        }
    }
}
