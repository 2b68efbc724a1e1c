using System.Management.Automation;
using ConsulPets.Completion;
using ConsulPets.Engine.Executing;
using ConsulPets.Engine.Observing;
using ConsulPets.Formatting;
using ConsulPets.Observing;
using ConsulPets.Planning;

namespace ConsulPets.Hosting;

/// <summary>A cmdlet that changes a whole set step by step, as raft allows, and whose run is finished by running it again when it was cut short.</summary>
public abstract class OperationCmdlet : ClusterCmdlet
{
    /// <summary>The pet set.</summary>
    [Parameter(Position = 0, ValueFromPipeline = true)]
    [Alias("Name")]
    [ArgumentCompleter(typeof(PetSetCompleter))]
    public PetSetReference? PetSet { get; set; }

    /// <summary>Goes on although somebody else has changed the set since a run that was cut short. It switches off no gate.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <summary>How long it may wait at one gate, without a step.</summary>
    [Parameter]
    [Alias("Timeout")]
    [ValidateRange(1, int.MaxValue)]
    public int TimeoutSeconds { get; set; } = 300;

    /// <summary>Writes the set when all is done.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    /// <inheritdoc/>
    protected override object? ErrorTarget => PetSet;

    /// <summary>What is being done, for the progress: <c>Restarting</c>.</summary>
    private protected abstract string Activity { get; }

    /// <summary>What a run that was cut short was, with its article: <c>a restart</c>.</summary>
    private protected abstract string Noun { get; }

    /// <summary>Says what is wanted, and how it is written.</summary>
    /// <param name="observer">The opened cluster.</param>
    /// <param name="workload">The set.</param>
    /// <param name="run">The identity of this invocation.</param>
    /// <returns>The operation and its writer.</returns>
    private protected abstract Task<(RollingOperation Operation, OperationWriter Writer)> PrepareAsync(PetSetObserver observer, ObservedWorkload workload, string run);

    /// <summary>What will be done, for -WhatIf.</summary>
    /// <param name="operation">What is wanted.</param>
    /// <param name="look">A fresh look.</param>
    /// <returns>The steps.</returns>
    private protected abstract ConsulPetPlan Outline(RollingOperation operation, OperationObservation look);

    /// <summary>What -Confirm asks.</summary>
    /// <param name="target">The set, with its namespace.</param>
    /// <param name="plan">What will be done.</param>
    /// <returns>The question.</returns>
    private protected abstract string Question(string target, ConsulPetPlan plan);

    /// <summary>Notes in the operation what the user is asked about, so that no more is done when the set has changed by then.</summary>
    /// <param name="operation">What is wanted.</param>
    /// <param name="look">What was seen.</param>
    /// <returns>The operation.</returns>
    private protected virtual RollingOperation Agree(RollingOperation operation, OperationObservation look) => operation;

    /// <inheritdoc/>
    protected override async Task ProcessAsync()
    {
        PetSetReference petSet = Named(PetSet, isReading: false);
        PetSetObserver observer = await OpenAsync().ConfigureAwait(false);
        ObservedWorkload workload = await observer.GetWorkloadAsync(NamespaceOf(observer, petSet), petSet.Name, StopToken).ConfigureAwait(false);
        string target = $"{workload.Namespace}/{workload.Name}";
        (RollingOperation operation, OperationWriter writer) = await PrepareAsync(observer, workload, Guid.NewGuid().ToString("n")).ConfigureAwait(false);
        var runner = new OperationRunner(observer)
        {
            OnStep = step => ShowProgress($"{Activity} {target}", step.Reason),
            OnWritten = step => Detail($"{Activity} {target}: written: {step.Kind} {step.Target}"),
            OnWaiting = gate => ShowProgress($"{Activity} {target}", $"waiting: {gate}"),
        };
        (OperationObservation look, RollingDecision first) = await runner.PlanAsync(workload, operation, StopToken).ConfigureAwait(false);
        if (first.Refusal is { } refusal)
        {
            throw refusal.ToException(target);
        }

        if (first.Kind == RollingDecisionKind.Done)
        {
            Detail($"{target}: {first.Words}");
        }
        else
        {
            operation = Agree(operation, look);
            ConsulPetPlan plan = Outline(operation, look);
            string headline = RollingPlanner.GoesOn(operation, look) ? $"{target}, the rest of {Noun} that was begun"
                : look.State is { } unfinished && (operation.Kind, unfinished.Kind) is not (RollingKind.Resume, RollingKind.Suspend) ? $"{target}, in place of what was begun: {RollingPlanner.Describe(unfinished)}"
                : target;
            if (!await ShouldAsync(TableText.Plan(headline, plan.Steps), Question(target, plan)).ConfigureAwait(false))
            {
                return;
            }

            await runner.RunAsync(workload, operation, writer, TimeSpan.FromSeconds(TimeoutSeconds), StopToken).ConfigureAwait(false);
        }

        if (PassThru)
        {
            await WriteAsync((await observer.ObserveAgainAsync(workload, default, StopToken).ConfigureAwait(false)).ToPetSet()).ConfigureAwait(false);
        }
    }
}
