using System.Text.Json.Nodes;
using ConsulPets.Sandbox.Api;
using ConsulPets.Sandbox.Store;

namespace ConsulPets.Sandbox.Admission;

/// <summary>What the real server's admission plugins do to pods: ServiceAccount, Priority and DefaultTolerationSeconds.</summary>
internal static class PodAdmission
{
    private const string TokenFolder = "/var/run/secrets/kubernetes.io/serviceaccount";
    private const string TokenVolume = "kube-api-access-";

    /// <summary>Fills in and judges a pod.</summary>
    /// <param name="context">The other objects.</param>
    /// <param name="pod">The pod, with its defaults; changed in place.</param>
    /// <param name="live">What is there already, whose account and priority are kept; null for a new pod.</param>
    /// <exception cref="ApiException">It names a service account or priority class that does not exist.</exception>
    public static void Admit(AdmissionContext context, JsonObject pod, JsonObject? live)
    {
        JsonObject spec = pod.Make("spec");
        Tolerate(spec, "node.kubernetes.io/not-ready");
        Tolerate(spec, "node.kubernetes.io/unreachable");
        if (live is null)
        {
            Prioritize(context, pod, spec);
            Account(context, pod, spec);
            return;
        }

        // Nobody who replaces a pod as it was written has to know its priority.
        foreach (string field in (ReadOnlySpan<string>)["priority", "preemptionPolicy"])
        {
            if (spec[field] is null && live.At("spec", field) is { } kept)
            {
                spec[field] = kept.DeepClone();
            }
        }
    }

    private static void Tolerate(JsonObject spec, string key)
    {
        bool tolerates = spec.Items("tolerations").Any(toleration =>
            (toleration.Text("key") == key || toleration.Text("key") is null or "") && toleration.Text("effect") is null or "" or "NoExecute");
        if (tolerates)
        {
            return;
        }

        if (spec["tolerations"] is not JsonArray list)
        {
            spec["tolerations"] = list = [];
        }

        list.Add(new JsonObject { ["key"] = key, ["operator"] = "Exists", ["effect"] = "NoExecute", ["tolerationSeconds"] = 300 });
    }

    private static void Prioritize(AdmissionContext context, JsonObject pod, JsonObject spec)
    {
        long priority = 0;
        string policy = "PreemptLowerPriority";
        if (spec.Text("priorityClassName") is { Length: > 0 } name)
        {
            JsonObject? found = context.Find(ResourceKinds.PriorityClasses, string.Empty, name);
            long? known = name switch { "system-node-critical" => 2_000_001_000, "system-cluster-critical" => 2_000_000_000, _ => found.Number("value") };
            priority = known ?? throw Refused(pod, $"no PriorityClass with name {name} was found");
            policy = found.Text("preemptionPolicy") ?? policy;
        }
        else if (context.List(ResourceKinds.PriorityClasses).Where(static item => item.Truth("globalDefault") == true).MinBy(static item => item.Number("value")) is { } common)
        {
            spec["priorityClassName"] = common.Text("metadata", "name");
            priority = common.Number("value") ?? 0;
            policy = common.Text("preemptionPolicy") ?? policy;
        }

        if (spec.Number("priority") is { } asked && asked != priority)
        {
            throw Refused(pod, "the integer value of priority (" + asked + ") must not be provided in pod spec; priority admission controller computed " + priority + " from the given PriorityClass name");
        }

        spec["priority"] = priority;
        spec.SetText("preemptionPolicy", policy);
    }

    private static void Account(AdmissionContext context, JsonObject pod, JsonObject spec)
    {
        string namespaceName = pod.Text("metadata", "namespace") ?? string.Empty;
        string name = spec.Text("serviceAccountName") is { Length: > 0 } named ? named : "default";
        JsonObject? account = context.Find(ResourceKinds.ServiceAccounts, namespaceName, name);

        // The real one refuses a pod as long as a new namespace's default account is not there yet. Nobody waits for that here.
        if (account is null && name != "default")
        {
            throw Refused(pod, $"error looking up service account {namespaceName}/{name}: serviceaccount \"{name}\" not found");
        }

        spec["serviceAccountName"] = name;
        spec["serviceAccount"] = name;
        if (spec["imagePullSecrets"] is null && account?["imagePullSecrets"] is JsonArray { Count: > 0 } secrets)
        {
            spec["imagePullSecrets"] = secrets.DeepClone();
        }

        if (spec.Truth("automountServiceAccountToken") ?? account.Truth("automountServiceAccountToken") ?? true)
        {
            MountToken(spec);
        }
    }

    // Since 1.22 the token is projected and ends with the pod; before, a secret was mounted (plugin/pkg/admission/serviceaccount).
    private static void MountToken(JsonObject spec)
    {
        string name = spec.Items("volumes").Select(static volume => volume.Text("name")).FirstOrDefault(static volume => volume?.StartsWith(TokenVolume, StringComparison.Ordinal) == true)
            ?? TokenVolume + new string(Random.Shared.GetItems<char>("bcdfghjklmnpqrstvwxz2456789", 5));
        bool isMounted = false;
        foreach (JsonObject container in PodDefaults.Containers(spec).Where(static container => container.Items("volumeMounts").All(static mount => mount.Text("mountPath") != TokenFolder)))
        {
            if (container["volumeMounts"] is not JsonArray mounts)
            {
                container["volumeMounts"] = mounts = [];
            }

            mounts.Add(new JsonObject { ["name"] = name, ["readOnly"] = true, ["mountPath"] = TokenFolder });
            isMounted = true;
        }

        if (!isMounted || spec.Items("volumes").Any(volume => volume.Text("name") == name))
        {
            return;
        }

        if (spec["volumes"] is not JsonArray volumes)
        {
            spec["volumes"] = volumes = [];
        }

        volumes.Add(new JsonObject
        {
            ["name"] = name,
            ["projected"] = new JsonObject
            {
                ["defaultMode"] = 420,
                ["sources"] = new JsonArray(
                    new JsonObject { ["serviceAccountToken"] = new JsonObject { ["expirationSeconds"] = 3607, ["path"] = "token" } },
                    new JsonObject
                    {
                        ["configMap"] = new JsonObject { ["name"] = "kube-root-ca.crt", ["items"] = new JsonArray(new JsonObject { ["key"] = "ca.crt", ["path"] = "ca.crt" }) },
                    },
                    new JsonObject
                    {
                        ["downwardAPI"] = new JsonObject
                        {
                            ["items"] = new JsonArray(new JsonObject
                            {
                                ["path"] = "namespace",
                                ["fieldRef"] = new JsonObject { ["apiVersion"] = "v1", ["fieldPath"] = "metadata.namespace" },
                            }),
                        },
                    }),
            },
        });
    }

    private static ApiException Refused(JsonObject pod, string why) => ApiException.Forbidden(ResourceKinds.Pods, pod.Text("metadata", "name") ?? string.Empty, why);
}
