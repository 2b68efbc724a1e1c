using System.Text.Json;
using ConsulPets.Engine.Kubernetes;
using ConsulPets.Engine.Manifests;
using ConsulPets.Engine.Security;

namespace ConsulPets.Engine.Observing;

/// <summary>Reads workloads, pods and claims into the observation's records.</summary>
internal static class WorkloadReader
{
    /// <summary>Reads a StatefulSet or DaemonSet.</summary>
    /// <param name="workload">The object.</param>
    /// <param name="kind">Which it is.</param>
    /// <returns>The record; null when it runs no Consul server.</returns>
    public static ObservedWorkload? Workload(JsonElement workload, PetSetKind kind)
    {
        Dictionary<string, string> templateLabels = workload.Map("spec", "template", "metadata", "labels");
        if (workload.Find("spec", "template", "spec") is not { } podSpec || ConsulContainer.Find(podSpec, templateLabels) is not { } container)
        {
            return null;
        }

        bool isStatefulSet = kind == PetSetKind.StatefulSet;
        return new ObservedWorkload
        {
            Name = workload.Text("metadata", "name"),
            Namespace = workload.Text("metadata", "namespace"),
            Uid = workload.Text("metadata", "uid"),
            Kind = kind,
            Replicas = isStatefulSet ? (int)(workload.Number("spec", "replicas") ?? 1) : workload.Count("status", "desiredNumberScheduled"),
            FirstOrdinal = workload.Count("spec", "ordinals", "start"),
            UpdateRevision = isStatefulSet ? workload.TextOrNull("status", "updateRevision") : null,
            UpdatedPods = isStatefulSet ? null : workload.Count("status", "updatedNumberScheduled"),
            Partition = workload.Count("spec", "updateStrategy", "rollingUpdate", "partition"),
            ControllerIsCurrent = workload.Number("status", "observedGeneration") >= workload.Number("metadata", "generation"),
            HostNetwork = podSpec.Is("hostNetwork"),
            Image = container.Text("image"),
            ServiceName = workload.TextOrNull("spec", "serviceName"),
            ClaimTemplates = [.. workload.Items("spec", "volumeClaimTemplates").Select(static claim => claim.Text("metadata", "name"))],
            DeletesClaimsWhenScaled = workload.TextOrNull("spec", "persistentVolumeClaimRetentionPolicy", "whenScaled") == "Delete",
            Selector = Selector(workload),
            TemplateLabels = templateLabels,
            TokenSecret = workload.Map("metadata", "annotations").GetValueOrDefault(SetNames.TokenAnnotation),
            AuthorityMap = workload.Map("metadata", "annotations").GetValueOrDefault(SetNames.AuthorityAnnotation),
            IsOurs = workload.Map("metadata", "labels").GetValueOrDefault(PetSetLabels.ManagedBy) == PetSetLabels.Manager,
            Created = workload.Time("metadata", "creationTimestamp") ?? DateTimeOffset.UtcNow,
            Deleting = workload.Find("metadata", "deletionTimestamp") is not null,
        };
    }

    /// <summary>Reads a pod.</summary>
    /// <param name="pod">The object.</param>
    /// <returns>The record.</returns>
    public static ObservedPod Pod(JsonElement pod)
    {
        JsonElement container = ConsulContainer.Find(pod.GetProperty("spec"), pod.Map("metadata", "labels")) ?? pod.Items("spec", "containers").FirstOrDefault();
        string containerName = container.ValueKind == JsonValueKind.Object ? container.Text("name") : string.Empty;
        JsonElement? status = pod.Items("status", "containerStatuses").Where(candidate => candidate.Text("name") == containerName).Select(static candidate => (JsonElement?)candidate).FirstOrDefault();
        bool deleting = pod.Find("metadata", "deletionTimestamp") is not null;
        (string phase, string? detail) = Phase(pod, status, deleting);
        return new ObservedPod
        {
            Name = pod.Text("metadata", "name"),
            Uid = pod.Text("metadata", "uid"),
            Phase = phase,
            PhaseDetail = detail,
            Ready = !deleting && pod.Items("status", "conditions").Any(static condition => condition.Text("type") == "Ready" && condition.Text("status") == "True"),
            Running = status?.Find("state", "running") is not null,
            Deleting = deleting,
            Restarts = status?.Count("restartCount") ?? 0,
            Node = pod.TextOrNull("spec", "nodeName"),
            PodIP = pod.TextOrNull("status", "podIP"),
            HostIP = pod.TextOrNull("status", "hostIP"),
            Image = container.ValueKind == JsonValueKind.Object ? container.Text("image") : string.Empty,
            Revision = pod.Map("metadata", "labels").GetValueOrDefault("controller-revision-hash"),
            Claims = [.. pod.Items("spec", "volumes").Select(static volume => volume.TextOrNull("persistentVolumeClaim", "claimName")).OfType<string>()],
            Waiting = [.. Waiting(pod, "initContainerStatuses"), .. Waiting(pod, "containerStatuses")],
            ConsulPort = container.ValueKind == JsonValueKind.Object ? ConsulContainer.HttpPort(container) : new ConsulPort("http", 8500),
            Created = pod.Time("metadata", "creationTimestamp") ?? DateTimeOffset.UtcNow,
        };
    }

    /// <summary>Reads a volume claim.</summary>
    /// <param name="claim">The object.</param>
    /// <param name="workload">The set that it may belong to.</param>
    /// <returns>The record.</returns>
    public static ObservedClaim Claim(JsonElement claim, ObservedWorkload workload)
    {
        string name = claim.Text("metadata", "name");
        return new ObservedClaim(
            name,
            workload.ClaimTemplates.Select(template => PetName.ClaimOrdinal(name, template, workload.Name)).FirstOrDefault(static ordinal => ordinal is not null),
            claim.Text("status", "phase"),
            claim.TextOrNull("status", "capacity", "storage") ?? claim.Text("spec", "resources", "requests", "storage"),
            claim.Find("metadata", "deletionTimestamp") is not null,
            claim.TextOrNull("metadata", "uid"));
    }

    /// <summary>The unique ID of the controller that owns an object.</summary>
    /// <param name="item">The object.</param>
    /// <returns>The ID; null when nobody owns it.</returns>
    public static string? OwnerUid(JsonElement item) =>
        item.Items("metadata", "ownerReferences").Where(static owner => owner.Is("controller")).Select(static owner => owner.TextOrNull("uid")).FirstOrDefault();

    // The image is the template's: a status may show what the node made of it.
    private static IEnumerable<ObservedWaiting> Waiting(JsonElement pod, string statuses) => pod.Items("status", statuses)
        .Where(static status => status.TextOrNull("state", "waiting", "reason") is not null)
        .Select(status => new ObservedWaiting(
            status.Text("name"),
            pod.Items("spec", statuses == "containerStatuses" ? "containers" : "initContainers").Where(container => container.Text("name") == status.Text("name")).Select(static container => container.Text("image")).FirstOrDefault() ?? status.Text("image"),
            status.Text("state", "waiting", "reason"),
            status.Text("state", "waiting", "message")));

    // What a reader looks for: the reason that the container waits for, not the phase that hides it.
    private static (string Phase, string? Detail) Phase(JsonElement pod, JsonElement? status, bool deleting)
    {
        if (deleting)
        {
            return ("Terminating", null);
        }

        if (status?.TextOrNull("state", "waiting", "reason") is { } waiting)
        {
            string? message = status.Value.TextOrNull("state", "waiting", "message");
            long? exitCode = status.Value.Number("lastState", "terminated", "exitCode");
            return waiting is "ContainerCreating" or "PodInitializing"
                ? (waiting, null)
                : (waiting, exitCode is null ? message ?? waiting : FormattableString.Invariant($"the container ended with code {exitCode}; {message}"));
        }

        JsonElement unscheduled = pod.Items("status", "conditions").FirstOrDefault(static condition => condition.Text("type") == "PodScheduled" && condition.Text("status") == "False");
        return unscheduled.ValueKind == JsonValueKind.Object
            ? (unscheduled.TextOrNull("reason") ?? "Unschedulable", unscheduled.TextOrNull("message"))
            : (pod.TextOrNull("status", "phase") ?? "Unknown", null);
    }

    private static string Selector(JsonElement workload)
    {
        IEnumerable<string> labels = workload.Map("spec", "selector", "matchLabels").Select(static label => $"{label.Key}={label.Value}");
        IEnumerable<string> expressions = workload.Items("spec", "selector", "matchExpressions").Select(static expression =>
        {
            string key = expression.Text("key");
            string values = string.Join(',', expression.Texts("values"));
            return expression.Text("operator") switch
            {
                "In" => $"{key} in ({values})",
                "NotIn" => $"{key} notin ({values})",
                "Exists" => key,
                _ => $"!{key}",
            };
        });
        return string.Join(',', labels.Concat(expressions));
    }
}
