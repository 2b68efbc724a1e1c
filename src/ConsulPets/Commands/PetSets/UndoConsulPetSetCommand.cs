using System.Management.Automation;
using ConsulPets.Engine.Executing;
using ConsulPets.Hosting;
using ConsulPets.Observing;
using ConsulPets.Planning;

namespace ConsulPets.Commands;

/// <summary>Rolls the template back that a set had before, pets that are stuck first, and gives back what an unfinished update has frozen.</summary>
[Cmdlet(VerbsCommon.Undo, "ConsulPetSet", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.High)]
[OutputType(typeof(ConsulPetSet))]
public sealed class UndoConsulPetSetCommand : TemplateCmdlet
{
    /// <summary>The number of the revision to go back to; the one before by default.</summary>
    [Parameter]
    [ValidateRange(1L, long.MaxValue)]
    public long? ToRevision { get; set; }

    private protected override string Activity => "Undoing the update of";

    private protected override string Noun => "an undo";

    private protected override RollingOperation Wanted(string run) => new() { Kind = RollingKind.Undo, Run = run, StopAfter = StopAfter, SickFirst = true, AcceptChanges = Force };

    private protected override Task<PreparedTemplate> TemplateAsync(TemplatePreparer preparer, ObservedWorkload workload) => preparer.ForUndoAsync(workload, ToRevision, StopToken);

    private protected override string Question(string target, ConsulPetPlan plan) => $"Roll the template of {target} back, one pet at a time?";
}
