using System.Text.Json.Nodes;
using ConsulPets.Engine.Consul;
using ConsulPets.Engine.Kubernetes;
using ConsulPets.Engine.Observing;
using ConsulPets.Observing;
using ConsulPets.Planning;

namespace ConsulPets.Engine.Executing;

/// <summary>Carries out one step of an operation: one write.</summary>
/// <param name="observer">The cluster.</param>
/// <param name="template">The template to be written by an update; null for an operation that writes none.</param>
public sealed class OperationWriter(PetSetObserver observer, PreparedTemplate? template = null)
{
    /// <summary>Writes.</summary>
    /// <param name="step">The step.</param>
    /// <param name="look">The look that it was decided on.</param>
    /// <param name="version">The version of the workload in that look.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns>False when what was seen has changed meanwhile and nothing was written: look again.</returns>
    /// <exception cref="Errors.ConsulPetsException">DisruptionBudgetExceeded, KubernetesForbidden, ConsulPermissionDenied and what else stands in the way.</exception>
    public async Task<bool> WriteAsync(RollingStep step, OperationObservation look, string version, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(step);
        ArgumentNullException.ThrowIfNull(look);
        switch (step.Kind)
        {
            case RollingStepKind.DeletePod:
                return await TakeDownAsync(step, look.Set, cancellationToken).ConfigureAwait(false);
            case RollingStepKind.DeleteClaim:
                return await observer.Api.DeleteAsync(KubernetesResource.Claims, look.Set.Workload.Namespace, step.Target, "Background", step.Uid, cancellationToken).ConfigureAwait(false);
            case RollingStepKind.TransferLeadership:
                await Agent(look.Set).TransferLeaderAsync(step.Id!, cancellationToken).ConfigureAwait(false);
                return true;
            case RollingStepKind.JoinGossip:
                return await JoinGossipAsync(step.Target, look.Set, cancellationToken).ConfigureAwait(false);
            case RollingStepKind.ForceLeave:
                return await MemberPruning.ForceLeaveAsync(observer, look.Set, step.Target, cancellationToken).ConfigureAwait(false);
            case RollingStepKind.RemoveRaftPeer:
                return await Agent(look.Set).RemoveRaftPeerAsync(step.Id!, cancellationToken).ConfigureAwait(false);
            case RollingStepKind.SetMinQuorum:
                ConsulClient agent = Agent(look.Set);
                AutopilotConfiguration settings = await agent.AutopilotConfigurationAsync(stale: false, cancellationToken).ConfigureAwait(false);
                return await agent.SetAutopilotConfigurationAsync(settings with { MinQuorum = step.Number!.Value }, cancellationToken).ConfigureAwait(false);
            default:
                if (step.Kind == RollingStepKind.WriteTemplate && template!.ConfigMap is { } configMap)
                {
                    // What the pods read must be there before the first of them. One of that name is the same: it is named after its content.
                    await observer.Api.TryCreateAsync(KubernetesResource.ConfigMaps, configMap, cancellationToken).ConfigureAwait(false);
                }

                ObservedWorkload workload = look.Set.Workload;
                return await observer.Api.TryMergeAsync(
                    KubernetesResource.Of(workload.Kind), workload.Namespace, workload.Name, Patch(step, workload.Kind, version), cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Tidies up when all is done, under the set's Lease still: a second operator's new configuration, which no template names yet, must not be taken for one that is left over.</summary>
    /// <param name="workload">The set.</param>
    /// <param name="cancellationToken">Ends the calls.</param>
    /// <returns>A task.</returns>
    public async Task TidyAsync(ObservedWorkload workload, CancellationToken cancellationToken)
    {
        if (template is null)
        {
            return;
        }

        try
        {
            await new TemplatePreparer(observer).ForgetConfigurationsAsync(workload, cancellationToken).ConfigureAwait(false);
        }
        catch (Errors.ConsulPetsException exception)
        {
            // The roll is done. What is left over is in nobody's way, and the next update finds it.
            observer.OnDetail?.Invoke($"server configurations that are not needed any more were left: {exception.Message}");
        }
    }

    /// <summary>What a step writes to the workload: the change and the operation's state in one request, against the version that was seen.</summary>
    /// <param name="step">The step.</param>
    /// <param name="kind">The workload's kind.</param>
    /// <param name="version">The version.</param>
    /// <returns>A merge patch.</returns>
    internal JsonObject Patch(RollingStep step, PetSetKind kind, string version)
    {
        var patch = new JsonObject
        {
            ["metadata"] = new JsonObject
            {
                ["resourceVersion"] = version,
                ["annotations"] = new JsonObject { [OperationAnnotation.Name] = step.State is null ? null : OperationAnnotation.Write(step.State) },
            },
        };
        JsonObject? spec = step.Kind switch
        {
            RollingStepKind.WriteTemplate => new JsonObject { ["template"] = template!.Patch.DeepClone() },
            // A DaemonSet knows no partition.
            RollingStepKind.SetPartition when kind == PetSetKind.DaemonSet => new JsonObject { ["updateStrategy"] = new JsonObject { ["type"] = "RollingUpdate" } },
            RollingStepKind.FreezePartition or RollingStepKind.SetPartition => new JsonObject
            {
                ["updateStrategy"] = new JsonObject { ["type"] = "RollingUpdate", ["rollingUpdate"] = new JsonObject { ["partition"] = step.Number } },
            },
            RollingStepKind.SetOnDelete => new JsonObject { ["updateStrategy"] = new JsonObject { ["type"] = "OnDelete", ["rollingUpdate"] = null } },
            RollingStepKind.SetReplicas => new JsonObject { ["replicas"] = step.Number },
            _ => null,
        };
        if (spec is not null)
        {
            patch["spec"] = spec;
        }

        return patch;
    }

    // A pod that does not run is none that a disruption budget could protect, and before Kubernetes 1.27 a budget may keep it from being evicted (KEP 3017).
    private async Task<bool> TakeDownAsync(RollingStep step, PetSetObservation look, CancellationToken cancellationToken)
    {
        string place = look.Workload.Namespace;
        if (step.PassesOverBudget || look.Pods.FirstOrDefault(pod => pod.Name == step.Target) is not { Running: true } || step.Uid is null)
        {
            return await observer.Api.DeleteAsync(KubernetesResource.Pods, place, step.Target, "Background", step.Uid, cancellationToken).ConfigureAwait(false);
        }

        IReadOnlyList<string> versions = await observer.Api.ServedVersionsAsync("policy", cancellationToken).ConfigureAwait(false);
        await observer.Api.EvictAsync(place, step.Target, step.Uid, versions.Contains("v1") ? "v1" : "v1beta1", cancellationToken).ConfigureAwait(false);
        return true;
    }

    // By way of the agents that may call it leaving, so that the pet learns the time of the message that it must outdo.
    private async Task<bool> JoinGossipAsync(string pet, PetSetObservation look, CancellationToken cancellationToken)
    {
        ObservedMember[] witnesses = [.. look.Consul!.Members.Where(member => member.Name != pet && (member.NodeId == look.Consul.Leader?.Id || new PetJoin(look).Pod(member)?.Name == look.Consul.AnsweredBy))];
        if (look.Pods.FirstOrDefault(pod => pod.Name == pet) is not { } pod || witnesses.Length == 0)
        {
            return false;
        }

        foreach (ObservedMember witness in witnesses)
        {
            await observer.Agent(look.Workload, pod).JoinAsync(witness.GossipAddress, cancellationToken).ConfigureAwait(false);
        }

        return true;
    }

    private ConsulClient Agent(PetSetObservation look) => look.Pods.FirstOrDefault(pod => pod.Name == look.Consul?.AnsweredBy) is { } pod
        ? observer.Agent(look.Workload, pod)
        : throw ConsulGate.Refusal(look)!.ToException(look.Workload.Name);
}
