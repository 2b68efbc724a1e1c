using System.Management.Automation;
using ConsulPets.Completion;
using ConsulPets.Engine.Observing;
using ConsulPets.Errors;
using ConsulPets.Hosting;
using ConsulPets.Observing;

namespace ConsulPets.Commands;

/// <summary>Lists the pet sets: any StatefulSet or DaemonSet that runs Consul servers.</summary>
[Cmdlet(VerbsCommon.Get, "ConsulPetSet")]
[OutputType(typeof(ConsulPetSet))]
public sealed class GetConsulPetSetCommand : ClusterCmdlet
{
    // So many sets are asked at a time: each costs six calls.
    private const int SetsAtATime = 8;

    /// <summary>The names; all by default.</summary>
    [Parameter(Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [SupportsWildcards]
    [ArgumentCompleter(typeof(PetSetCompleter))]
    public string[]? Name { get; set; }

    /// <summary>Looks in every namespace.</summary>
    [Parameter]
    [Alias("A")]
    public SwitchParameter AllNamespaces { get; set; }

    /// <inheritdoc/>
    protected override async Task ProcessAsync()
    {
        PetSetObserver observer = await OpenAsync().ConfigureAwait(false);
        var names = new WildcardNames(Name);
        string? exactly = Name is [{ } only] && !WildcardPattern.ContainsWildcardCharacters(only) ? only : null;
        string? namespaceName = AllNamespaces ? null : NamespaceOf(observer, null);
        ObservedWorkload[] sets = [.. (await observer.FindWorkloadsAsync(namespaceName, exactly, StopToken).ConfigureAwait(false)).Where(set => names.Match(set.Name))];
        foreach (ObservedWorkload[] some in sets.Chunk(SetsAtATime))
        {
            foreach (Task<PetSetObservation> look in some.Select(set => observer.ObserveAsync(set, default, StopToken)).ToArray())
            {
                try
                {
                    await WriteAsync((await look.ConfigureAwait(false)).ToPetSet()).ConfigureAwait(false);
                }
                catch (ConsulPetsException failure) when (!failure.EndsCommand)
                {
                    await WriteErrorAsync(failure).ConfigureAwait(false);
                }
            }
        }

        foreach (string missing in names.Missing([.. sets.Select(static set => set.Name)]))
        {
            await WriteErrorAsync(PetSetObserver.NotFound(namespaceName, missing)).ConfigureAwait(false);
        }
    }
}
