using System.Text.Json;
using ConsulPets.Engine.Kubernetes;
using ConsulPets.Engine.Observing;
using ConsulPets.Errors;
using ConsulPets.Observing;
using ConsulPets.Planning;

namespace ConsulPets.Engine.Executing;

/// <summary>Takes the looks that an operation decides on: the set, autopilot's settings, and the operation's own state.</summary>
/// <param name="observer">What looks at the set.</param>
/// <param name="kind">What is done: only some operations need to know how the servers leave.</param>
public sealed class OperationObserver(PetSetObserver observer, RollingKind kind)
{
    // Leaving takes 6 to 15 s: leave, drain, wait to be out of raft (hashicorp/consul, agent/consul/server.go, Leave). A pod that is killed before has not left.
    private const int ShortestGrace = 15;

    // Where former servers are removed, on proof, every agent is a witness, and the list of each must be without them in the end.
    private static readonly ConsulQuestions EveryWitness = new(EveryAgent: true, Leader: true);
    private static readonly ConsulQuestions AndLeader = new(Leader: true);

    private readonly List<PetSetObservation> earlier = [];
    private readonly Dictionary<string, bool> leaves = new(StringComparer.Ordinal);

    /// <summary>What looks at the set.</summary>
    public PetSetObserver Sets { get; } = observer;

    /// <summary>Looks.</summary>
    /// <param name="workload">The set.</param>
    /// <param name="cancellationToken">Ends the calls.</param>
    /// <returns>The look, and the version of the workload that was seen, which a write must meet.</returns>
    /// <exception cref="ConsulPetsException">PetSetNotFound, PetSetWasReplaced, OperationStateInvalid.</exception>
    public async Task<(OperationObservation Look, string Version)> ObserveAsync(ObservedWorkload workload, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(workload);
        JsonElement json = await Sets.Api.FindAsync(KubernetesResource.Of(workload.Kind), workload.Namespace, workload.Name, cancellationToken).ConfigureAwait(false)
            ?? throw PetSetObserver.NotFound(workload.Namespace, workload.Name);
        ObservedWorkload now = WorkloadReader.Workload(json, workload.Kind) ?? throw PetSetObserver.NotFound(workload.Namespace, workload.Name);
        string target = $"{workload.Namespace}/{workload.Name}";
        if (now.Uid != workload.Uid)
        {
            throw new ConsulPetsException(
                "PetSetWasReplaced", ConsulPetsErrorKind.ResourceBusy, $"'{target}' was deleted and made again meanwhile.", "Look with Get-ConsulPetSet, and run the command again if it is still wanted", target);
        }

        PetSetObservation set = await Sets.ObserveAsync(now, now.Kind == PetSetKind.DaemonSet || kind is RollingKind.Resize or RollingKind.Suspend or RollingKind.Resume ? EveryWitness : AndLeader, cancellationToken).ConfigureAwait(false);
        var look = new OperationObservation
        {
            Set = set,
            Earlier = Remember(set),
            TemplateHash = OperationAnnotation.HashOf(json.GetProperty("spec").GetProperty("template")),
            OnDelete = json.TextOrNull("spec", "updateStrategy", "type") == "OnDelete",
            Autopilot = await AutopilotAsync(set, cancellationToken).ConfigureAwait(false),
            State = OperationAnnotation.Read(json.Map("metadata", "annotations"), workload.Kind, target),
            LeavesGracefully = kind is RollingKind.Resize or RollingKind.Suspend || now.Replicas == 2
                ? await LeavesGracefullyAsync(set, json.Number("spec", "template", "spec", "terminationGracePeriodSeconds") ?? 0, cancellationToken).ConfigureAwait(false)
                : null,
        };
        return (look, json.Text("metadata", "resourceVersion"));
    }

    // The youngest that is old enough to be a second witness.
    private PetSetObservation? Remember(PetSetObservation set)
    {
        earlier.Add(set);
        PetSetObservation? second = earlier.LastOrDefault(look => set.Taken - look.Taken >= RollingPlanner.BetweenLooks);
        if (second is not null)
        {
            earlier.RemoveRange(0, earlier.IndexOf(second));
        }

        return second;
    }

    // Each pet's own agent is asked, once in the pod's life: after a change of the configuration some may leave and others not.
    private async Task<bool?> LeavesGracefullyAsync(PetSetObservation set, long grace, CancellationToken cancellationToken)
    {
        if (grace < ShortestGrace)
        {
            return false;
        }

        bool? all = set.Pods.Count == 0 ? null : true;
        foreach (ObservedPod pod in set.Pods)
        {
            if (!leaves.TryGetValue(pod.Uid, out bool isLeaving))
            {
                if (await LeavesAsync(set, pod, cancellationToken).ConfigureAwait(false) is not { } told)
                {
                    all = all == false ? false : null;
                    continue;
                }

                leaves[pod.Uid] = isLeaving = told;
            }

            all = isLeaving ? all : false;
        }

        return all;
    }

    private async Task<bool?> LeavesAsync(PetSetObservation set, ObservedPod pod, CancellationToken cancellationToken)
    {
        try
        {
            return pod.Running ? await Sets.Agent(set.Workload, pod).LeavesOnTerminateAsync(cancellationToken).ConfigureAwait(false) : null;
        }
        catch (ConsulPetsException exception) when (!exception.EndsCommand)
        {
            Sets.OnDetail?.Invoke($"{pod.Name}: {exception.Message}");
            return null;
        }
    }

    private async Task<Quorum.AutopilotSettings?> AutopilotAsync(PetSetObservation set, CancellationToken cancellationToken)
    {
        if (set.Consul is not { Leader: not null } consul || set.Pods.FirstOrDefault(pod => pod.Name == consul.AnsweredBy) is not { } pod)
        {
            return null;
        }

        try
        {
            return (await Sets.Agent(set.Workload, pod).AutopilotConfigurationAsync(stale: false, cancellationToken).ConfigureAwait(false)).ForQuorum;
        }
        catch (ConsulPetsException exception) when (!exception.EndsCommand)
        {
            Sets.OnDetail?.Invoke($"autopilot of {pod.Name}: {exception.Message}");
            return null;
        }
    }
}
