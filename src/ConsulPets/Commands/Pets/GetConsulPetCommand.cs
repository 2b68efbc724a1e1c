using System.Management.Automation;
using ConsulPets.Completion;
using ConsulPets.Engine.Observing;
using ConsulPets.Hosting;
using ConsulPets.Observing;

namespace ConsulPets.Commands;

/// <summary>Lists pets: pod, member, raft role and volume in one row.</summary>
[Cmdlet(VerbsCommon.Get, "ConsulPet")]
[OutputType(typeof(ConsulPet))]
public sealed class GetConsulPetCommand : ClusterCmdlet
{
    /// <summary>The pets' names; all by default.</summary>
    [Parameter(Position = 0)]
    [SupportsWildcards]
    [ArgumentCompleter(typeof(PetCompleter))]
    public string[]? Name { get; set; }

    /// <summary>The pet set; all of the namespace by default.</summary>
    [Parameter(ValueFromPipeline = true)]
    [SupportsWildcards]
    [ArgumentCompleter(typeof(PetSetCompleter))]
    public PetSetReference? PetSet { get; set; }

    /// <inheritdoc/>
    protected override object? ErrorTarget => PetSet;

    /// <inheritdoc/>
    protected override async Task ProcessAsync()
    {
        PetSetObserver observer = await OpenAsync().ConfigureAwait(false);
        var names = new WildcardNames(Name);
        var found = new List<string>();
        await ForEachSetAsync(observer, PetSet, async set =>
        {
            PetSetObservation observation = await observer.ObserveAsync(set, default, StopToken).ConfigureAwait(false);
            foreach (ConsulPet pet in observation.ToPets().Where(pet => names.Match(pet.Name)))
            {
                found.Add(pet.Name);
                await WriteAsync(pet).ConfigureAwait(false);
            }
        }).ConfigureAwait(false);

        foreach (string missing in names.Missing(found))
        {
            await WriteErrorAsync(PetNames.NotFound(missing, NamespaceOf(observer, PetSet))).ConfigureAwait(false);
        }
    }
}
