using System.Text.Json;
using ConsulPets.Engine.Kubernetes;
using ConsulPets.Errors;
using ConsulPets.Planning;

namespace ConsulPets.Engine.Observing;

/// <summary>
/// Reads what is around a pet set: how its workload updates and places its pods, the cluster's nodes, the namespace's disruption budgets, autopilot's configuration. Five
/// calls, however many pets there are. A part that the account or the token may not read, or that fails, is told as that part's failure; the others are read all the same.
/// </summary>
/// <param name="observer">What the set was observed with.</param>
public sealed class SurroundingsReader(PetSetObserver observer)
{
    /// <summary>Reads the surroundings of a set that was just observed.</summary>
    /// <param name="observation">The observation.</param>
    /// <param name="cancellationToken">Ends the calls.</param>
    /// <returns>The surroundings.</returns>
    /// <exception cref="ConsulPetsException">PetSetNotFound when the workload has gone meanwhile; whatever ends a command.</exception>
    public async Task<PetSetSurroundings> ReadAsync(PetSetObservation observation, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(observation);
        ObservedWorkload workload = observation.Workload;
        Task<JsonElement?> found = observer.Api.FindAsync(KubernetesResource.Of(workload.Kind), workload.Namespace, workload.Name, cancellationToken);
        Task<Fact<IReadOnlyList<ObservedNode>>> nodes = TryAsync(() => NodesAsync(cancellationToken));
        bool areBeta = false;
        Task<Fact<IReadOnlyList<ObservedBudget>>> budgets = TryAsync(async () =>
        {
            (string version, IReadOnlyList<ObservedBudget> all) = await BudgetsAsync(workload.Namespace, cancellationToken).ConfigureAwait(false);
            areBeta = version == "v1beta1";
            return all;
        });
        Task<Fact<AutopilotConfiguration>> autopilot = AutopilotAsync(observation, cancellationToken);
        await Task.WhenAll(found, nodes, budgets, autopilot).ConfigureAwait(false);
        JsonElement item = await found.ConfigureAwait(false) ?? throw PetSetObserver.NotFound(workload.Namespace, workload.Name);
        return new PetSetSurroundings
        {
            Scope = ScopeOf(workload),
            Update = PlacementReader.Update(item),
            Placement = PlacementReader.Placement(item),
            Nodes = await nodes.ConfigureAwait(false),
            Budgets = await budgets.ConfigureAwait(false),
            BudgetsAreBeta = areBeta,
            HasOperation = item.Map("metadata", "annotations").ContainsKey(OperationState.AnnotationName),
            Autopilot = await autopilot.ConfigureAwait(false),
        };
    }

    private FixScope ScopeOf(ObservedWorkload workload)
    {
        KubernetesConnection connection = observer.Api.Connection;
        return new FixScope(workload.Namespace == connection.Namespace ? null : workload.Namespace, connection.Choice.Context, connection.Choice.KubeConfig);
    }

    private async Task<IReadOnlyList<ObservedNode>> NodesAsync(CancellationToken cancellationToken)
    {
        KubernetesList nodes = await observer.Api.ListAsync(KubernetesResource.Nodes, null, null, null, cancellationToken).ConfigureAwait(false);
        return [.. nodes.Items.Select(PlacementReader.Node).OrderBy(static node => node.Name, PetNameOrder.Instance)];
    }

    private async Task<(string Version, IReadOnlyList<ObservedBudget> Budgets)> BudgetsAsync(string namespaceName, CancellationToken cancellationToken)
    {
        IReadOnlyList<string> versions = await observer.Api.ServedVersionsAsync("policy", cancellationToken).ConfigureAwait(false);
        if (versions.Count == 0)
        {
            return (string.Empty, []);
        }

        KubernetesList budgets = await observer.Api.ListAsync(KubernetesResource.DisruptionBudgets(versions[0]), namespaceName, null, null, cancellationToken).ConfigureAwait(false);
        return (versions.Contains("v1") ? "v1" : versions[0], [.. budgets.Items.Select(budget => PlacementReader.Budget(budget, versions[0]))]);
    }

    // Asked of the agent that answered before. Without a leader Consul would hold the call for 7 s in the hope of one.
    private async Task<Fact<AutopilotConfiguration>> AutopilotAsync(PetSetObservation observation, CancellationToken cancellationToken)
    {
        ObservedPod? pod = observation.Consul is { HasLeader: true } consul ? observation.Pods.FirstOrDefault(candidate => candidate.Name == consul.AnsweredBy) : null;
        return pod is null
            ? new Fact<AutopilotConfiguration>(null, new ObservedFailure("NoConsulLeader", "there is no leader to ask", "See which servers are away with Get-ConsulPet"))
            : await TryAsync(() => observer.Agent(observation.Workload, pod).AutopilotConfigurationAsync(stale: false, cancellationToken)).ConfigureAwait(false);
    }

    private static async Task<Fact<T>> TryAsync<T>(Func<Task<T>> read)
        where T : class
    {
        try
        {
            return new Fact<T>(await read().ConfigureAwait(false));
        }
        catch (ConsulPetsException failure) when (!failure.EndsCommand)
        {
            return new Fact<T>(null, PetSetObserver.FailureOf(failure));
        }
    }
}
