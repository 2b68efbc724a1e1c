using System.Management.Automation;
using ConsulPets.Completion;
using ConsulPets.Engine.Executing;
using ConsulPets.Engine.Observing;
using ConsulPets.Observing;
using ConsulPets.Planning;

namespace ConsulPets.Hosting;

/// <summary>A cmdlet that rolls another pod template over a set.</summary>
public abstract class TemplateCmdlet : OperationCmdlet
{
    private PreparedTemplate? template;

    /// <summary>Stops as soon as this pet has the template, votes and is stable. The same command goes on from there.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(PetCompleter))]
    [ValidateNotNullOrEmpty]
    public string? StopAfter { get; set; }

    /// <summary>Makes the template, or finds it.</summary>
    /// <param name="preparer">What makes it.</param>
    /// <param name="workload">The set.</param>
    /// <returns>The template.</returns>
    private protected abstract Task<PreparedTemplate> TemplateAsync(TemplatePreparer preparer, ObservedWorkload workload);

    /// <summary>What is wanted, but for its template.</summary>
    /// <param name="run">The identity of this invocation.</param>
    /// <returns>The operation.</returns>
    private protected abstract RollingOperation Wanted(string run);

    /// <inheritdoc/>
    private protected sealed override async Task<(RollingOperation Operation, OperationWriter Writer)> PrepareAsync(PetSetObserver observer, ObservedWorkload workload, string run)
    {
        template = await TemplateAsync(new TemplatePreparer(observer), workload).ConfigureAwait(false);
        return (Wanted(run) with { TemplateHash = template.Hash }, new OperationWriter(observer, template));
    }

    /// <inheritdoc/>
    private protected sealed override ConsulPetPlan Outline(RollingOperation operation, OperationObservation look) => UpdateOutline.Of(operation, look, template!.Words, template.PodRevision);
}
