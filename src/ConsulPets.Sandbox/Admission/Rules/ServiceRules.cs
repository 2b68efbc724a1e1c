using System.Text.Json.Nodes;
using ConsulPets.Sandbox.Store;

namespace ConsulPets.Sandbox.Admission;

/// <summary>Rules of services.</summary>
internal static class ServiceRules
{
    /// <summary>Judges a service.</summary>
    /// <param name="context">The other services.</param>
    /// <param name="service">The service.</param>
    /// <param name="live">What is there; null for a new one.</param>
    /// <param name="problems">Where what is wrong goes.</param>
    public static void Check(AdmissionContext context, JsonObject service, JsonObject? live, ProblemList problems)
    {
        JsonObject spec = service.Part("spec") ?? [];
        string type = spec.Text("type") ?? string.Empty;
        bool isHeadless = spec.Text("clusterIP") == "None";
        problems.OneOf("spec.type", type, "ClusterIP", "ExternalName", "LoadBalancer", "NodePort");
        if (type != "ExternalName" && !isHeadless && spec["ports"] is not JsonArray { Count: > 0 })
        {
            problems.Required("spec.ports");
        }

        if (type == "ExternalName")
        {
            CheckExternalName(spec, problems);
        }

        CheckPorts(context, service, spec, problems);
        MetadataRules.Labels(spec["selector"], "spec.selector", problems);
        problems.OneOf("spec.sessionAffinity", spec.Text("sessionAffinity"), "ClientIP", "None");
        if (type is "NodePort" or "LoadBalancer")
        {
            problems.OneOf("spec.externalTrafficPolicy", spec.Text("externalTrafficPolicy"), "Cluster", "Local");
        }
        else if (spec["externalTrafficPolicy"] is not null)
        {
            problems.Invalid("spec.externalTrafficPolicy", GoText.Of(spec["externalTrafficPolicy"]), "may only be set for externally-accessible services");
        }

        if (spec.Text("internalTrafficPolicy") is { } policy)
        {
            problems.OneOf("spec.internalTrafficPolicy", policy, "Cluster", "Local");
        }

        CheckAddress(context, spec, type, live, problems);
    }

    private static void CheckExternalName(JsonObject spec, ProblemList problems)
    {
        string name = spec.Text("externalName") ?? string.Empty;
        if (name.Length > 0)
        {
            problems.InvalidText("spec.externalName", name, NameRules.Subdomain(name.TrimEnd('.')));
        }
        else
        {
            problems.Required("spec.externalName");
        }
    }

    private static void CheckPorts(AdmissionContext context, JsonObject service, JsonObject spec, ProblemList problems)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        var places = new HashSet<(string?, long?)>();
        bool needsNames = spec.Items("ports").Count() > 1;
        foreach ((JsonObject port, string at) in ProblemList.Each(spec, "spec", "ports"))
        {
            string name = port.Text("name") ?? string.Empty;
            if (name.Length > 0)
            {
                problems.InvalidText($"{at}.name", name, NameRules.Label(name));
                if (!names.Add(name))
                {
                    problems.Duplicate($"{at}.name", GoText.Quote(name));
                }
            }
            else if (needsNames)
            {
                problems.Required($"{at}.name");
            }

            PortRules.CheckNumber($"{at}.port", port.Number("port") ?? 0, problems);
            problems.OneOf($"{at}.protocol", port.Text("protocol"), "SCTP", "TCP", "UDP");
            PortRules.CheckNumberOrName($"{at}.targetPort", port["targetPort"], problems);
            if (!places.Add((port.Text("protocol"), port.Number("port"))))
            {
                problems.Duplicate(
                    at, $"core.ServicePort{{Name:\"\", Protocol:{GoText.Of(port["protocol"])}, AppProtocol:(*string)(nil), Port:{port.Number("port") ?? 0},"
                    + " TargetPort:intstr.IntOrString{Type:0, IntVal:0, StrVal:\"\"}, NodePort:0}");
            }

            CheckNodePort(context, service, port, $"{at}.nodePort", problems);
        }
    }

    private static void CheckNodePort(AdmissionContext context, JsonObject service, JsonObject port, string path, ProblemList problems)
    {
        if (port.Number("nodePort") is not { } number || number == 0)
        {
            return;
        }

        if (service.Text("spec", "type") is "ClusterIP" or "ExternalName")
        {
            problems.Forbidden(path, "may not be used when `type` is 'ClusterIP'");
        }
        else if (number is < 30000 or > 32767)
        {
            problems.Invalid(path, number, "provided port is not in the valid range. The range of valid ports is 30000-32767");
        }
        else if (context.List(ResourceKinds.Services).Any(other => !IsSame(other, service) && other.Items("spec", "ports").Any(taken => taken.Number("nodePort") == number)))
        {
            problems.Invalid(path, number, "provided port is already allocated");
        }
    }

    private static bool IsSame(JsonObject one, JsonObject other) =>
        one.Text("metadata", "name") == other.Text("metadata", "name") && one.Text("metadata", "namespace") == other.Text("metadata", "namespace");

    private static void CheckAddress(AdmissionContext context, JsonObject spec, string type, JsonObject? live, ProblemList problems)
    {
        string address = spec.Text("clusterIP") ?? string.Empty;
        string before = live.Text("spec", "clusterIP") ?? string.Empty;
        if (type == "ExternalName")
        {
            if (address.Length > 0 && address != "None")
            {
                problems.Forbidden("spec.clusterIPs[0]", "may not be set when `type` is 'ExternalName'");
            }

            return;
        }

        if (type is not ("ClusterIP" or "NodePort" or "LoadBalancer"))
        {
            return;
        }

        if (spec.Texts("clusterIPs").FirstOrDefault() is { } first && first != address)
        {
            problems.Invalid("spec.clusterIPs", GoText.List(spec["clusterIPs"]), "first value must match `clusterIP`");
        }

        if (address == "None")
        {
            if (type is "NodePort" or "LoadBalancer")
            {
                problems.Invalid("spec.clusterIPs[0]", "\"None\"", $"may not be set to 'None' for {type} services");
            }
        }
        else if (NameRules.Address(address).Any())
        {
            problems.InvalidText("spec.clusterIPs[0]", address, NameRules.Address(address));
        }
        else if (before.Length == 0)
        {
            CheckFree(context, spec, address, problems);
        }

        // An address is for life, as its name in DNS may be remembered; a service that had none may get one.
        if (before.Length > 0 && live.Text("spec", "type") != "ExternalName" && address != before)
        {
            problems.Invalid("spec.clusterIPs[0]", GoText.List(spec["clusterIPs"]), "may not change once set");
        }
    }

    private static void CheckFree(AdmissionContext context, JsonObject spec, string address, ProblemList problems)
    {
        if (!context.Addresses.Contains(address))
        {
            problems.Invalid(
                "spec.clusterIPs",
                GoText.List(spec["clusterIPs"]),
                $"failed to allocate IP {address}: the provided IP ({address}) is not in the valid range. The range of valid IPs is {context.Addresses.Range}");
        }
        else if (context.List(ResourceKinds.Services).Any(other => other.Text("spec", "clusterIP") == address))
        {
            problems.Invalid("spec.clusterIPs", GoText.List(spec["clusterIPs"]), $"failed to allocate IP {address}: provided IP is already allocated");
        }
    }
}
