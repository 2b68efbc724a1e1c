using System.Text.Json.Nodes;
using ConsulPets.Sandbox.Store;

namespace ConsulPets.Sandbox.Admission;

/// <summary>Defaults of the kinds that have only a few.</summary>
internal static class OtherDefaults
{
    private const string RightsGroup = "rbac.authorization.k8s.io";

    /// <summary>Fills in an object.</summary>
    /// <param name="kind">Its kind; one without defaults is left as it is.</param>
    /// <param name="json">The object; changed in place.</param>
    /// <param name="live">What is there already; null for a new one.</param>
    public static void Fill(ResourceKind kind, JsonObject json, JsonObject? live)
    {
        switch (kind.Kind)
        {
            case "Namespace":
                FillNamespace(json, live);
                break;
            case "Node" when live is null:
                FillNode(json);
                break;
            case "StorageClass":
                json.SetText("reclaimPolicy", "Delete");
                json.SetText("volumeBindingMode", "Immediate");
                break;
            case "PriorityClass":
                json.SetText("preemptionPolicy", "PreemptLowerPriority");
                break;
            case "RoleBinding" or "ClusterRoleBinding":
                json.Make("roleRef").SetText("apiGroup", RightsGroup);
                foreach (JsonObject subject in json.Items("subjects").Where(static subject => subject.Text("kind") is "User" or "Group"))
                {
                    subject.SetText("apiGroup", RightsGroup);
                }

                break;
            case "Endpoints":
                foreach (JsonObject port in json.Items("subsets").SelectMany(static subset => subset.Items("ports")))
                {
                    port.SetText("protocol", "TCP");
                }

                break;
            case "EndpointSlice":
                foreach (JsonObject port in json.Items("ports"))
                {
                    port["name"] ??= string.Empty;
                    port.SetText("protocol", "TCP");
                }

                break;
        }
    }

    private static void FillNamespace(JsonObject json, JsonObject? live)
    {
        if (json.Text("metadata", "name") is { Length: > 0 } name)
        {
            json.Make("metadata", "labels")["kubernetes.io/metadata.name"] = name;
        }

        if (live is null)
        {
            // What is in a namespace goes before it.
            json.Make("spec")["finalizers"] = new JsonArray("kubernetes");
            json.Make("status")["phase"] = "Active";
        }
        else if (live.At("metadata", "deletionTimestamp") is null && live.At("spec", "finalizers") is { } finalizers)
        {
            // Only who finishes a namespace takes them away.
            json.Make("spec")["finalizers"] = finalizers.DeepClone();
        }
    }

    private static void FillNode(JsonObject json)
    {
        if (json.Part("status", "capacity") is { } capacity && json.At("status", "allocatable") is null)
        {
            json.Make("status")["allocatable"] = capacity.DeepClone();
        }
    }
}
