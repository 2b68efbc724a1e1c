using System.Management.Automation;
using ConsulPets.Completion;
using ConsulPets.Engine.Observing;
using ConsulPets.Hosting;
using ConsulPets.Observing;
using ConsulPets.Planning.Checks;

namespace ConsulPets.Commands;

/// <summary>Checks pet sets as a whole, and names the command that mends what is found.</summary>
[Cmdlet(VerbsDiagnostic.Test, "ConsulPetSet")]
[OutputType(typeof(ConsulPetSetCheck), typeof(bool))]
public sealed class TestConsulPetSetCommand : ClusterCmdlet
{
    private bool isWell = true;
    private int looked;

    /// <summary>The pet set; all of the namespace by default.</summary>
    [Parameter(Position = 0, ValueFromPipeline = true)]
    [Alias("PetSet")]
    [SupportsWildcards]
    [ArgumentCompleter(typeof(PetSetCompleter))]
    public PetSetReference? Name { get; set; }

    /// <summary>Gives one Boolean instead of the checks.</summary>
    [Parameter]
    public SwitchParameter Quiet { get; set; }

    /// <inheritdoc/>
    protected override object? ErrorTarget => Name;

    /// <inheritdoc/>
    protected override async Task ProcessAsync()
    {
        // What ends in an error was not found well.
        bool soFar = isWell;
        isWell = false;
        bool isThisWell = true;
        PetSetObserver observer = await OpenAsync().ConfigureAwait(false);
        var surroundings = new SurroundingsReader(observer);
        await ForEachSetAsync(observer, Name, async set =>
        {
            looked++;
            bool before = isThisWell;
            isThisWell = false;
            PetSetObservation observation = await observer.ObserveAsync(set, new ConsulQuestions(Leader: true, ToleratesRefusal: true), StopToken).ConfigureAwait(false);
            IReadOnlyList<ConsulPetSetCheck> checks = PetSetChecks.Judge(observation, await surroundings.ReadAsync(observation, StopToken).ConfigureAwait(false));
            isThisWell = before && PetSetChecks.AllWell(checks);
            foreach (ConsulPetSetCheck check in Quiet ? [] : checks)
            {
                await WriteAsync(check).ConfigureAwait(false);
            }
        }).ConfigureAwait(false);
        isWell = soFar && isThisWell;
    }

    /// <inheritdoc/>
    protected override async Task EndAsync()
    {
        if (Quiet)
        {
            // Where nothing was looked at, nothing was found well.
            await WriteAsync(isWell && looked > 0).ConfigureAwait(false);
        }
    }
}
