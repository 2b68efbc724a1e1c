using System.Text.Json.Nodes;
using ConsulPets.Sandbox.Store;

namespace ConsulPets.Sandbox.Admission;

/// <summary>Defaults of pods and of the pods in templates (kubernetes, pkg/apis/core/v1/defaults.go).</summary>
internal static class PodDefaults
{
    /// <summary>Fills in a pod.</summary>
    /// <param name="pod">The pod; changed in place.</param>
    public static void FillPod(JsonObject pod)
    {
        JsonObject spec = pod.Make("spec");
        FillSpec(spec);
        foreach (JsonObject container in Containers(spec))
        {
            RequestWhatIsLimited(container);
            if (spec.Truth("hostNetwork") == true)
            {
                foreach (JsonObject port in container.Items("ports"))
                {
                    if (port.Number("hostPort") is null or 0 && port.Number("containerPort") is { } number)
                    {
                        port["hostPort"] = number;
                    }
                }
            }
        }

        if (spec["enableServiceLinks"] is null)
        {
            spec["enableServiceLinks"] = true;
        }

        JsonObject status = pod.Make("status");
        status.SetText("phase", "Pending");
        status.SetText("qosClass", QualityOfService.Of(spec));
    }

    /// <summary>Fills in what a template and a pod have in common.</summary>
    /// <param name="spec">The pod's spec; changed in place.</param>
    public static void FillSpec(JsonObject spec)
    {
        spec.SetText("dnsPolicy", "ClusterFirst");
        spec.SetText("restartPolicy", "Always");
        spec.SetText("schedulerName", "default-scheduler");
        spec.SetNumber("terminationGracePeriodSeconds", 30);
        spec.Make("securityContext");

        // The older of the two names is still written, for clients that know only it.
        if ((spec.Text("serviceAccountName") is { Length: > 0 } name ? name : spec.Text("serviceAccount")) is { Length: > 0 } account)
        {
            spec["serviceAccountName"] = account;
            spec["serviceAccount"] = account;
        }

        foreach (JsonObject container in Containers(spec).Concat(spec.Items("ephemeralContainers")))
        {
            FillContainer(container);
        }

        foreach (JsonObject volume in spec.Items("volumes"))
        {
            VolumeDefaults.Fill(volume);
        }
    }

    /// <summary>All containers that a pod starts by itself.</summary>
    /// <param name="spec">The pod's spec.</param>
    /// <returns>Its init containers and containers.</returns>
    public static IEnumerable<JsonObject> Containers(JsonObject spec) => spec.Items("initContainers").Concat(spec.Items("containers"));

    private static void FillContainer(JsonObject container)
    {
        container.SetText("imagePullPolicy", IsLatest(container.Text("image") ?? string.Empty) ? "Always" : "IfNotPresent");
        container.SetText("terminationMessagePath", "/dev/termination-log");
        container.SetText("terminationMessagePolicy", "File");
        foreach (JsonObject port in container.Items("ports"))
        {
            port.SetText("protocol", "TCP");
        }

        foreach (JsonObject variable in container.Items("env"))
        {
            variable.Part("valueFrom", "fieldRef")?.SetText("apiVersion", "v1");
        }

        foreach (string name in (ReadOnlySpan<string>)["livenessProbe", "readinessProbe", "startupProbe"])
        {
            if (container.Part(name) is { } probe)
            {
                FillProbe(probe);
            }
        }

        foreach (string name in (ReadOnlySpan<string>)["postStart", "preStop"])
        {
            FillRequest(container.Part("lifecycle", name, "httpGet"));
        }
    }

    private static void FillProbe(JsonObject probe)
    {
        FillNumber(probe, "timeoutSeconds", 1);
        FillNumber(probe, "periodSeconds", 10);
        FillNumber(probe, "successThreshold", 1);
        FillNumber(probe, "failureThreshold", 3);
        FillRequest(probe.Part("httpGet"));
        if (probe.Part("grpc") is { } call && call["service"] is null)
        {
            call["service"] = string.Empty;
        }
    }

    private static void FillNumber(JsonObject probe, string name, int value)
    {
        if (probe.Number(name) is null or 0)
        {
            probe[name] = value;
        }
    }

    private static void FillRequest(JsonObject? request)
    {
        request?.SetText("path", "/");
        request?.SetText("scheme", "HTTP");
    }

    // Only in pods: a template keeps what was written.
    private static void RequestWhatIsLimited(JsonObject container)
    {
        if (container.Part("resources", "limits") is { Count: > 0 } limits)
        {
            JsonObject requests = container.Make("resources", "requests");
            foreach ((string name, JsonNode? amount) in limits)
            {
                if (!requests.ContainsKey(name))
                {
                    requests[name] = amount?.DeepClone();
                }
            }
        }
    }

    // A digest is as good as a tag, and no image at all has none; a colon before the last slash is a registry's port.
    private static bool IsLatest(string image)
    {
        if (image.Length == 0 || image.Contains('@', StringComparison.Ordinal))
        {
            return false;
        }

        string last = image[(image.LastIndexOf('/') + 1)..];
        int colon = last.IndexOf(':', StringComparison.Ordinal);
        return colon < 0 || last[(colon + 1)..] == "latest";
    }
}
