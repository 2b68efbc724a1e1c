using System.Collections;
using System.Management.Automation;
using ConsulPets.Completion;
using ConsulPets.Engine.Executing;
using ConsulPets.Engine.Observing;
using ConsulPets.Engine.Security;
using ConsulPets.Errors;
using ConsulPets.Formatting;
using ConsulPets.Hosting;
using ConsulPets.Observing;
using ConsulPets.Planning;

namespace ConsulPets.Commands;

/// <summary>Bootstraps a Consul server cluster as a pet set. Running it again goes on where an earlier run stopped.</summary>
[Cmdlet(VerbsCommon.New, "ConsulPetSet", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Medium)]
[OutputType(typeof(ConsulPetSet))]
public sealed class NewConsulPetSetCommand : ClusterCmdlet
{
    /// <summary>The set's name.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
    public string Name { get; set; } = string.Empty;

    /// <summary>How many servers.</summary>
    [Parameter]
    [ValidateRange(1, 99)]
    public int Replicas { get; set; } = 3;

    /// <summary>StatefulSet or DaemonSet.</summary>
    [Parameter]
    public PetSetKind Kind { get; set; } = PetSetKind.StatefulSet;

    /// <summary>The image.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string Image { get; set; } = PetSetSpecification.DefaultImage;

    /// <summary>The Consul datacenter.</summary>
    [Parameter]
    [ValidatePattern("^[a-zA-Z0-9_-]+$")]
    public string Datacenter { get; set; } = "dc1";

    /// <summary>The size of each volume.</summary>
    [Parameter]
    [ValidatePattern(@"^[0-9]+(\.[0-9]+)?([KMGTPE]i?|k)?$", Options = System.Text.RegularExpressions.RegexOptions.None)]
    public string StorageSize { get; set; } = "10Gi";

    /// <summary>The storage class.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? StorageClass { get; set; }

    /// <summary>Keeps the data in the pods only.</summary>
    [Parameter]
    public SwitchParameter Ephemeral { get; set; }

    /// <summary>More Consul configuration.</summary>
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
    public Hashtable NodeSelector { get; set; } = [];

    /// <summary>Taints that the pods put up with.</summary>
    [Parameter]
    [ValidateNotNull]
    public Hashtable[] Toleration { get; set; } = [];

    /// <summary>More labels.</summary>
    [Parameter]
    [ValidateNotNull]
    public Hashtable Label { get; set; } = [];

    /// <summary>Annotations for the pods.</summary>
    [Parameter]
    [ValidateNotNull]
    public Hashtable Annotation { get; set; } = [];

    /// <summary>The priority class.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? PriorityClass { get; set; }

    /// <summary>Secrets to pull the image with.</summary>
    [Parameter]
    [ValidateNotNull]
    public string[] ImagePullSecret { get; set; } = [];

    /// <summary>Encrypts gossip.</summary>
    [Parameter]
    public SwitchParameter GossipEncryption { get; set; }

    /// <summary>Serves and speaks TLS only.</summary>
    [Parameter]
    public SwitchParameter Tls { get; set; }

    /// <summary>Allows nothing without a token.</summary>
    [Parameter]
    public SwitchParameter Acl { get; set; }

    /// <summary>All three: -GossipEncryption, -Tls and -Acl.</summary>
    [Parameter]
    public SwitchParameter Secure { get; set; }

    /// <summary>The certificate of an authority of your own, a PEM file.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? CACertificate { get; set; }

    /// <summary>Its key, a PEM file without a password.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? CAKey { get; set; }

    /// <summary>Starts on the volumes of an earlier set of this name.</summary>
    [Parameter]
    public SwitchParameter AdoptVolumes { get; set; }

    /// <summary>Deletes the volumes of an earlier set of this name first.</summary>
    [Parameter]
    public SwitchParameter PurgeVolumes { get; set; }

    /// <summary>Allows an even number of servers, and takes over fields of other managers.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <summary>Waits until the set is stable.</summary>
    [Parameter]
    public SwitchParameter Wait { get; set; }

    /// <summary>How long to wait at most.</summary>
    [Parameter]
    [Alias("Timeout")]
    [ValidateRange(1, int.MaxValue)]
    public int TimeoutSeconds { get; set; } = 300;

    /// <inheritdoc/>
    protected override object? ErrorTarget => Name;

    /// <inheritdoc/>
    protected override async Task ProcessAsync()
    {
        Check();
        PetSetObserver observer = await OpenAsync().ConfigureAwait(false);
        PetSetSpecification specification = Specification(NamespaceOf(observer, null));
        var choices = new CreationChoices(AdoptVolumes, PurgeVolumes, Force, await AuthorityAsync().ConfigureAwait(false));
        var creator = new PetSetCreator(observer);
        CreationPlan plan = await creator.PlanAsync(specification, choices, StopToken).ConfigureAwait(false);
        string target = $"{specification.Namespace}/{specification.Name}";
        string description = TableText.Plan($"{target}, {specification.Replicas} servers, {specification.Image}", plan.Steps);
        if (!await ShouldAsync(description, $"Make the pet set {target}{(PurgeVolumes && plan.LeftoverClaims.Count > 0 ? $" and delete the data of {string.Join(", ", plan.LeftoverClaims)}" : string.Empty)}?").ConfigureAwait(false))
        {
            return;
        }

        if (PurgeVolumes && plan.LeftoverClaims.Count > 0 && !await MayDeleteDataAsync(plan.LeftoverClaims).ConfigureAwait(false))
        {
            return;
        }

        ObservedWorkload created = await creator.CreateAsync(plan, specification, choices, StopToken).ConfigureAwait(false);
        PetSetObservation observation = Wait
            ? await WaitForAsync(observer, created, static look => WaitRules.Judge(WaitCondition.Stable, look), "stable", TimeoutSeconds).ConfigureAwait(false)
            : await observer.ObserveAsync(created, default, StopToken).ConfigureAwait(false);
        await WriteAsync(observation.ToPetSet()).ConfigureAwait(false);
    }

    // Making a set asks nobody by default; deleting data does, unless -Confirm:$false or -Force was given.
    private Task<bool> MayDeleteDataAsync(IReadOnlyList<string> claims)
    {
        bool isAnswered = Force || MyInvocation.BoundParameters.ContainsKey("Confirm");
        return isAnswered
            ? Task.FromResult(true)
            : OnPipelineThreadAsync(() => ShouldContinue($"Delete the data of an earlier set in {string.Join(", ", claims)}?", MyInvocation.MyCommand.Name));
    }

    private void Check()
    {
        if ((PetSetSpecificationRules.NameRefusal(Name) ?? PetSetSpecificationRules.ReplicasRefusal(Replicas, Force)) is { } refusal)
        {
            throw refusal.ToException(refusal.ErrorId == "NameInvalid" ? Name : Replicas);
        }

        if ((CACertificate is null) != (CAKey is null) || (CACertificate is not null && !Tls && !Secure))
        {
            throw ErrorRecords.InvalidArgument("An authority of your own is -CACertificate and -CAKey together, for -Tls or -Secure.", "Give all of them, or leave both away for an authority of the set's own", Name);
        }

        if (AdoptVolumes && PurgeVolumes)
        {
            throw ErrorRecords.InvalidArgument("-AdoptVolumes keeps the old data and -PurgeVolumes deletes it: both cannot be.", "Give one of them", Name);
        }
    }

    private async Task<GivenAuthority?> AuthorityAsync() => CACertificate is null || CAKey is null
        ? null
        : new GivenAuthority(await ReadFileAsync(CACertificate).ConfigureAwait(false), await ReadFileAsync(CAKey).ConfigureAwait(false));

    private PetSetSpecification Specification(string namespaceName) => new()
    {
        Name = Name,
        Namespace = namespaceName,
        Kind = Kind,
        Replicas = Replicas,
        Image = Image,
        Datacenter = Datacenter,
        StorageSize = StorageSize,
        StorageClass = StorageClass,
        Ephemeral = Ephemeral,
        Security = new PetSetSecurity(GossipEncryption || Secure, Tls || Secure, Acl || Secure),
        ServerConfigJson = ServerConfig is null ? null : JsonValues.Text(ServerConfig, "ServerConfig"),
        ResourcesJson = Resources is null ? null : JsonValues.Text(Resources, "Resources"),
        TolerationsJson = Toleration.Length == 0 ? null : JsonValues.Text(Toleration, "Toleration"),
        NodeSelector = JsonValues.Map(NodeSelector),
        Labels = JsonValues.Map(Label),
        Annotations = JsonValues.Map(Annotation),
        PriorityClass = PriorityClass,
        ImagePullSecrets = ImagePullSecret,
    };
}
