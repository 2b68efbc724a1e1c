using System.Net;
using System.Text.Json.Nodes;
using ConsulPets.Sandbox.Store;

namespace ConsulPets.Sandbox.Admission;

/// <summary>Rules of the kinds that have only a few.</summary>
internal static class OtherRules
{
    /// <summary>Judges a lease.</summary>
    /// <param name="lease">The lease.</param>
    /// <param name="problems">Where what is wrong goes.</param>
    public static void CheckLease(JsonObject lease, ProblemList problems)
    {
        if (lease.Number("spec", "leaseDurationSeconds") is { } seconds and <= 0)
        {
            problems.Invalid("spec.leaseDurationSeconds", seconds, "must be greater than 0");
        }

        problems.NotNegative("spec.leaseTransitions", lease.Number("spec", "leaseTransitions"));
    }

    /// <summary>Judges a priority class.</summary>
    /// <param name="priorityClass">The class.</param>
    /// <param name="live">What is there; null for a new one.</param>
    /// <param name="problems">Where what is wrong goes.</param>
    public static void CheckPriorityClass(JsonObject priorityClass, JsonObject? live, ProblemList problems)
    {
        string name = priorityClass.Text("metadata", "name") ?? string.Empty;
        long value = priorityClass.Number("value") ?? 0;
        if (name.StartsWith("system-", StringComparison.Ordinal))
        {
            if (name is not ("system-node-critical" or "system-cluster-critical"))
            {
                problems.Forbidden(
                    "metadata.name", $"priority class names with 'system-' prefix are reserved for system use only. error: {name} is not a known system priority class");
            }
        }
        else if (value > 1_000_000_000)
        {
            problems.Forbidden("value", "maximum allowed value of a user defined priority is 1000000000");
        }

        problems.OneOf("preemptionPolicy", priorityClass.Text("preemptionPolicy"), "Never", "PreemptLowerPriority");
        if (live is not null && value != live.Number("value"))
        {
            problems.Forbidden("value", "may not be changed in an update.");
        }

        if (live is not null)
        {
            problems.Unchanged("preemptionPolicy", priorityClass["preemptionPolicy"], live["preemptionPolicy"]);
        }
    }

    /// <summary>Judges an event.</summary>
    /// <param name="json">The event.</param>
    /// <param name="problems">Where what is wrong goes.</param>
    public static void CheckEvent(JsonObject json, ProblemList problems)
    {
        string place = json.Text("metadata", "namespace") ?? string.Empty;
        string about = json.Text("involvedObject", "namespace") ?? string.Empty;
        if (about.Length == 0)
        {
            // Of what belongs to no namespace, events are in this one.
            if (place is not ("default" or "kube-system" or "kube-node-lease"))
            {
                problems.Invalid("involvedObject.namespace", GoText.Quote(about), "does not match event.namespace");
            }
        }
        else if (about != place)
        {
            problems.Invalid("involvedObject.namespace", GoText.Quote(about), "does not match event.namespace");
        }
    }

    /// <summary>Judges endpoints.</summary>
    /// <param name="endpoints">The endpoints.</param>
    /// <param name="problems">Where what is wrong goes.</param>
    public static void CheckEndpoints(JsonObject endpoints, ProblemList problems)
    {
        int index = 0;
        foreach (JsonObject subset in endpoints.Items("subsets"))
        {
            string path = ProblemList.At("subsets", index++);
            if (subset["addresses"] is not JsonArray { Count: > 0 } && subset["notReadyAddresses"] is not JsonArray { Count: > 0 })
            {
                problems.Required(path, "must specify `addresses` or `notReadyAddresses`");
            }

            foreach (string list in (ReadOnlySpan<string>)["addresses", "notReadyAddresses"])
            {
                foreach ((JsonObject address, string at) in ProblemList.Each(subset, path, list))
                {
                    CheckEndpoint(address.Text("ip") ?? string.Empty, $"{at}.ip", problems);
                }
            }

            bool needsNames = subset.Items("ports").Count() > 1;
            foreach ((JsonObject port, string at) in ProblemList.Each(subset, path, "ports"))
            {
                string name = port.Text("name") ?? string.Empty;
                if (name.Length > 0)
                {
                    problems.InvalidText($"{at}.name", name, NameRules.Label(name));
                }
                else if (needsNames)
                {
                    problems.Required($"{at}.name");
                }

                PortRules.CheckNumber($"{at}.port", port.Number("port") ?? 0, problems);
                problems.OneOf($"{at}.protocol", port.Text("protocol"), "SCTP", "TCP", "UDP");
            }
        }
    }

    // The real one refuses loopback addresses; here they are what pods have.
    private static void CheckEndpoint(string address, string path, ProblemList problems)
    {
        string[] broken = [.. NameRules.Address(address)];
        problems.InvalidText(path, address, broken);
        if (broken.Length == 0 && IPAddress.Parse(address) is var parsed && (parsed.Equals(IPAddress.Any) || parsed.Equals(IPAddress.IPv6Any)))
        {
            problems.Invalid(path, GoText.Quote(address), "may not be unspecified (0.0.0.0 or ::)");
        }
    }
}
