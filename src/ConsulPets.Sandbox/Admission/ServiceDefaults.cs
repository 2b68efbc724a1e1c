using System.Text.Json.Nodes;
using ConsulPets.Sandbox.Api;
using ConsulPets.Sandbox.Store;

namespace ConsulPets.Sandbox.Admission;

/// <summary>Defaults of services, and their addresses (kubernetes, pkg/registry/core/service/storage).</summary>
internal static class ServiceDefaults
{
    /// <summary>Fills in a service.</summary>
    /// <param name="context">The other services.</param>
    /// <param name="service">The service; changed in place.</param>
    /// <param name="live">What is there already; null for a new one.</param>
    public static void Fill(AdmissionContext context, JsonObject service, JsonObject? live)
    {
        JsonObject spec = service.Make("spec");
        spec.SetText("type", "ClusterIP");
        string type = spec.Text("type")!;
        FillAffinity(spec);
        foreach (JsonObject port in spec.Items("ports"))
        {
            port.SetText("protocol", "TCP");
            if (port["targetPort"] is null || port.Number("targetPort") == 0 || port.Text("targetPort") is "")
            {
                port["targetPort"] = port.Number("port") ?? 0;
            }
        }

        if (type is "NodePort" or "LoadBalancer")
        {
            spec.SetText("externalTrafficPolicy", "Cluster");
        }

        if (type == "LoadBalancer" && spec["allocateLoadBalancerNodePorts"] is null)
        {
            spec["allocateLoadBalancerNodePorts"] = true;
        }

        if (type is not ("ClusterIP" or "NodePort" or "LoadBalancer"))
        {
            return;
        }

        spec.SetText("internalTrafficPolicy", "Cluster");
        FillAddress(context, service, spec, live);
        if (type != "ClusterIP")
        {
            FillNodePorts(context, spec, live);
        }
    }

    private static void FillAffinity(JsonObject spec)
    {
        spec.SetText("sessionAffinity", "None");
        if (spec.Text("sessionAffinity") == "None")
        {
            spec.Remove("sessionAffinityConfig");
        }
        else if (spec.Text("sessionAffinity") == "ClientIP")
        {
            // Three hours.
            spec.Make("sessionAffinityConfig", "clientIP").SetNumber("timeoutSeconds", 10800);
        }
    }

    private static void FillAddress(AdmissionContext context, JsonObject service, JsonObject spec, JsonObject? live)
    {
        if (spec.Text("clusterIP") is null or "")
        {
            spec["clusterIP"] = spec.Texts("clusterIPs").FirstOrDefault() ?? live.Text("spec", "clusterIP");
        }

        if (spec.Text("clusterIP") is null or "")
        {
            spec["clusterIP"] = Allocate(context, service);
        }

        if (spec["clusterIPs"] is not JsonArray { Count: > 0 })
        {
            spec["clusterIPs"] = new JsonArray(spec.Text("clusterIP"));
        }

        // Without a selector somebody else keeps the endpoints, which may be of both families.
        bool isOpen = spec.Text("clusterIP") == "None" && spec.Part("selector") is not { Count: > 0 };
        if (spec["ipFamilies"] is not JsonArray { Count: > 0 })
        {
            spec["ipFamilies"] = live.At("spec", "ipFamilies") is JsonArray { Count: > 0 } families ? families.DeepClone() : isOpen ? new JsonArray("IPv4", "IPv6") : new JsonArray("IPv4");
        }

        spec.SetText("ipFamilyPolicy", live.Text("spec", "ipFamilyPolicy") ?? (isOpen ? "RequireDualStack" : "SingleStack"));
    }

    private static string Allocate(AdmissionContext context, JsonObject service)
    {
        HashSet<string> taken = [.. context.List(ResourceKinds.Services).Select(static other => other.Text("spec", "clusterIP")).OfType<string>()];
        return context.Addresses.Allocate(taken.Contains) ?? throw new ApiException(
            500, "InternalError", $"Internal error occurred: failed to allocate a serviceIP: range is full, service \"{service.Text("metadata", "name")}\"");
    }

    private static void FillNodePorts(AdmissionContext context, JsonObject spec, JsonObject? live)
    {
        HashSet<long> taken = [.. context.List(ResourceKinds.Services).SelectMany(static other => other.Items("spec", "ports")).Select(static port => port.Number("nodePort")).OfType<long>()];
        foreach (JsonObject port in spec.Items("ports"))
        {
            if (port.Number("nodePort") is not (null or 0) || spec.Truth("allocateLoadBalancerNodePorts") == false)
            {
                continue;
            }

            long? kept = live.Items("spec", "ports")
                .FirstOrDefault(other => other.Number("port") == port.Number("port") && other.Text("protocol") == port.Text("protocol"))
                .Number("nodePort");
            long? number = kept ?? context.Addresses.AllocatePort(candidate => taken.Contains(candidate));
            if (number is not null)
            {
                port["nodePort"] = number;
            }
        }
    }
}
