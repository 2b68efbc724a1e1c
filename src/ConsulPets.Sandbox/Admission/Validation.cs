using System.Text.Json.Nodes;
using ConsulPets.Sandbox.Api;
using ConsulPets.Sandbox.Store;

namespace ConsulPets.Sandbox.Admission;

/// <summary>What the API server refuses: the rules that users of the module meet.</summary>
public static class Validation
{
    /// <summary>Judges an object that is about to be written, after its defaults were filled in.</summary>
    /// <param name="context">The other objects.</param>
    /// <param name="kind">Its kind.</param>
    /// <param name="json">The object.</param>
    /// <param name="live">What is there already; null for a new object. Some fields may not change.</param>
    /// <returns>What is wrong; empty when nothing is.</returns>
    public static IReadOnlyList<FieldProblem> Problems(AdmissionContext context, ResourceKind kind, JsonObject json, JsonObject? live)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(kind);
        ArgumentNullException.ThrowIfNull(json);
        var problems = new ProblemList();
        MetadataRules.Check(kind, json, live, problems);
        switch (kind.Kind)
        {
            case "Pod":
                CheckPod(json, live, problems);
                break;
            case "StatefulSet":
                WorkloadRules.CheckStatefulSet(json, live, problems);
                break;
            case "DaemonSet":
                WorkloadRules.CheckDaemonSet(json, live, problems);
                break;
            case "ControllerRevision" when live is not null:
                problems.Unchanged("data", json["data"], live["data"]);
                break;
            case "Service":
                ServiceRules.Check(context, json, live, problems);
                break;
            case "Endpoints":
                OtherRules.CheckEndpoints(json, problems);
                break;
            case "PersistentVolumeClaim":
                ClaimRules.CheckClaim(json, live, context, problems);
                break;
            case "PersistentVolume":
                ClaimRules.CheckVolume(json, problems);
                break;
            case "StorageClass":
                ClaimRules.CheckStorageClass(json, live, problems);
                break;
            case "ConfigMap":
                SettingsRules.CheckConfigMap(json, live, problems);
                break;
            case "Secret":
                SettingsRules.CheckSecret(json, live, problems);
                break;
            case "PodDisruptionBudget":
                BudgetRules.Check(json, problems);
                break;
            case "Lease":
                OtherRules.CheckLease(json, problems);
                break;
            case "PriorityClass":
                OtherRules.CheckPriorityClass(json, live, problems);
                break;
            case "Event" when live is null:
                OtherRules.CheckEvent(json, problems);
                break;
            case "Role" or "ClusterRole":
                RightsRules.CheckRole(json, kind.IsNamespaced, problems);
                break;
            case "RoleBinding" or "ClusterRoleBinding":
                RightsRules.CheckBinding(json, live, kind.IsNamespaced, problems);
                break;
        }

        return problems.Items;
    }

    private static void CheckPod(JsonObject pod, JsonObject? live, ProblemList problems)
    {
        if (live is not null)
        {
            PodUpdateRules.Check(pod, live, problems);
        }

        PodRules.Check(pod.Part("spec") ?? [], "spec", problems);
    }
}
