using System.Collections;
using System.Management.Automation;
using ConsulPets.Engine.Executing;
using ConsulPets.Hosting;
using ConsulPets.Observing;
using ConsulPets.Planning;

namespace ConsulPets.Commands;

/// <summary>Rolls a changed pod template over a set, one pet at a time, as raft allows. A run that was cut short is finished by running it again.</summary>
[Cmdlet(VerbsData.Update, "ConsulPetSet", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.High)]
[OutputType(typeof(ConsulPetSet))]
public sealed class UpdateConsulPetSetCommand : TemplateCmdlet
{
    /// <summary>The image.</summary>
    [Parameter(Position = 1)]
    [ValidateNotNullOrEmpty]
    public string? Image { get; set; }

    /// <summary>Consul configuration to be changed.</summary>
    [Parameter]
    [ValidateNotNull]
    public object? ServerConfig { get; set; }

    /// <summary>Resource requests and limits.</summary>
    [Parameter]
    [ValidateNotNull]
    public Hashtable? Resources { get; set; }

    /// <summary>Labels that a node must have.</summary>
    [Parameter]
    [ValidateNotNull]
    public Hashtable? NodeSelector { get; set; }

    /// <summary>Taints that the pods put up with.</summary>
    [Parameter]
    [ValidateNotNull]
    public Hashtable[]? Toleration { get; set; }

    /// <summary>Labels for the pods.</summary>
    [Parameter]
    [ValidateNotNull]
    public Hashtable Label { get; set; } = [];

    /// <summary>Annotations for the pods.</summary>
    [Parameter]
    [ValidateNotNull]
    public Hashtable Annotation { get; set; } = [];

    /// <summary>The priority class.</summary>
    [Parameter]
    [ValidateNotNull]
    public string? PriorityClass { get; set; }

    /// <summary>Secrets to pull the image with.</summary>
    [Parameter]
    [ValidateNotNull]
    public string[]? ImagePullSecret { get; set; }

    /// <summary>Updates a pet that is sick before the others.</summary>
    [Parameter]
    public SwitchParameter SickFirst { get; set; }

    private protected override string Activity => "Updating";

    private protected override string Noun => "an update";

    private protected override RollingOperation Wanted(string run) =>
        new() { Kind = RollingKind.Update, Run = run, StopAfter = StopAfter, SickFirst = SickFirst, AcceptChanges = Force };

    private protected override Task<PreparedTemplate> TemplateAsync(TemplatePreparer preparer, ObservedWorkload workload) => preparer.ForUpdateAsync(
        workload,
        new TemplateChange
        {
            Image = Image,
            ServerConfigJson = ServerConfig is null ? null : JsonValues.Text(ServerConfig, nameof(ServerConfig)),
            ResourcesJson = Resources is null ? null : JsonValues.Text(Resources, nameof(Resources)),
            NodeSelector = NodeSelector is null ? null : JsonValues.Map(NodeSelector),
            TolerationsJson = Toleration is null ? null : JsonValues.Text(Toleration, nameof(Toleration)),
            Labels = JsonValues.Changes(Label),
            Annotations = JsonValues.Changes(Annotation),
            PriorityClass = PriorityClass,
            ImagePullSecrets = ImagePullSecret,
        },
        StopToken);

    private protected override string Question(string target, ConsulPetPlan plan) => $"Update {target}, one pet at a time?";
}
