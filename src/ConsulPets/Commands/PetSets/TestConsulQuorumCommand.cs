using System.Management.Automation;
using ConsulPets.Completion;
using ConsulPets.Engine.Observing;
using ConsulPets.Hosting;
using ConsulPets.Observing;
using ConsulPets.Quorum;

namespace ConsulPets.Commands;

/// <summary>Says whether a set can miss some pets, or all of a node, without losing the quorum.</summary>
[Cmdlet(VerbsDiagnostic.Test, "ConsulQuorum", DefaultParameterSetName = ByPet)]
[OutputType(typeof(bool), typeof(ConsulQuorumTest))]
public sealed class TestConsulQuorumCommand : ClusterCmdlet
{
    private const string ByPet = "Pet";
    private const string ByNode = "Node";

    /// <summary>The pet set.</summary>
    [Parameter(Position = 0, ValueFromPipeline = true)]
    [Alias("Name")]
    [ArgumentCompleter(typeof(PetSetCompleter))]
    public PetSetReference? PetSet { get; set; }

    /// <summary>The pets that it would have to do without.</summary>
    [Parameter(Position = 1, ParameterSetName = ByPet)]
    [ArgumentCompleter(typeof(PetCompleter))]
    [ValidateNotNullOrEmpty]
    public string[] Without { get; set; } = [];

    /// <summary>The nodes that would be away, with all pets on them.</summary>
    [Parameter(Mandatory = true, ParameterSetName = ByNode)]
    [ValidateNotNullOrEmpty]
    public string[] Node { get; set; } = [];

    /// <summary>The pets would leave raft when they stop, one after another, and not just be away.</summary>
    [Parameter]
    public SwitchParameter Graceful { get; set; }

    /// <summary>Gives the numbers and the reasons instead of a Boolean.</summary>
    [Parameter]
    public SwitchParameter Detailed { get; set; }

    /// <inheritdoc/>
    protected override object? ErrorTarget => PetSet;

    /// <inheritdoc/>
    protected override async Task ProcessAsync()
    {
        PetSetReference petSet = Named(PetSet, isReading: true);
        PetSetObserver observer = await OpenAsync().ConfigureAwait(false);
        ObservedWorkload workload = await observer.GetWorkloadAsync(NamespaceOf(observer, petSet), petSet.Name, StopToken).ConfigureAwait(false);
        PetSetObservation observation = await observer.ObserveAsync(workload, default, StopToken).ConfigureAwait(false);
        string[] pets = ParameterSetName == ByNode
            ? [.. observation.Pods.Where(pod => Node.Contains(pod.Node, StringComparer.OrdinalIgnoreCase)).Select(static pod => pod.Name)]
            : Without;
        var test = ConsulQuorumTest.Of(observation, pets, Graceful);
        foreach (string reason in test.Reasons)
        {
            Detail(reason);
        }

        if (Detailed)
        {
            await WriteAsync(test).ConfigureAwait(false);
        }
        else
        {
            await WriteAsync(test.Answer == QuorumAnswer.Yes).ConfigureAwait(false);
        }
    }
}
