using System.Globalization;
using System.Text.Json.Nodes;
using ConsulPets.Sandbox.Store;

namespace ConsulPets.Sandbox.Admission;

/// <summary>Rules of a pod's spec (kubernetes, pkg/apis/core/validation/validation.go).</summary>
internal static class PodRules
{
    /// <summary>The highest user or group number, and the longest time.</summary>
    public const int Highest = int.MaxValue;

    /// <summary>Judges a pod's spec.</summary>
    /// <param name="spec">The spec.</param>
    /// <param name="path">Its path.</param>
    /// <param name="problems">Where what is wrong goes.</param>
    public static void Check(JsonObject spec, string path, ProblemList problems)
    {
        HashSet<string> volumes = VolumeRules.Check(spec, path, problems);
        ContainerRules.CheckAll(spec, path, volumes, problems);
        problems.OneOf($"{path}.restartPolicy", spec.Text("restartPolicy"), "Always", "OnFailure", "Never");
        problems.OneOf($"{path}.dnsPolicy", spec.Text("dnsPolicy"), "ClusterFirstWithHostNet", "ClusterFirst", "Default", "None");
        MetadataRules.Labels(spec["nodeSelector"], $"{path}.nodeSelector", problems);
        SecurityRules.CheckPod(spec.Part("securityContext"), $"{path}.securityContext", problems);
        AffinityRules.Check(spec.Part("affinity"), $"{path}.affinity", problems);
        CheckNameServers(spec, path, problems);
        CheckNames(spec, path, problems);
        if (spec.Number("activeDeadlineSeconds") is { } deadline and (< 1 or > Highest))
        {
            problems.Invalid($"{path}.activeDeadlineSeconds", deadline, "must be between 1 and 2147483647, inclusive");
        }

        CheckTolerations(spec, path, problems);
        CheckSpread(spec, path, problems);
        foreach ((JsonObject alias, string at) in ProblemList.Each(spec, path, "hostAliases"))
        {
            problems.InvalidText($"{at}.ip", alias.Text("ip") ?? string.Empty, NameRules.Address(alias.Text("ip") ?? string.Empty));
            foreach (string name in alias.Texts("hostnames"))
            {
                problems.InvalidText($"{at}.hostnames", name, NameRules.Subdomain(name));
            }
        }
    }

    private static void CheckNames(JsonObject spec, string path, ProblemList problems)
    {
        Check("serviceAccountName", NameRules.Subdomain);
        Check("nodeName", NameRules.Subdomain);
        Check("hostname", NameRules.Label);
        Check("subdomain", NameRules.Label);
        Check("priorityClassName", NameRules.Subdomain);
        Check("runtimeClassName", NameRules.Subdomain);

        void Check(string field, Func<string, IEnumerable<string>> rules)
        {
            if (spec.Text(field) is { Length: > 0 } name)
            {
                problems.InvalidText($"{path}.{field}", name, rules(name));
            }
        }
    }

    private static void CheckNameServers(JsonObject spec, string path, ProblemList problems)
    {
        string[] servers = [.. spec.Texts("dnsConfig", "nameservers")];
        if (spec.Text("dnsPolicy") == "None" && spec.Part("dnsConfig") is null)
        {
            problems.Required($"{path}.dnsConfig", "must provide `dnsConfig` when `dnsPolicy` is None");
        }
        else if (spec.Text("dnsPolicy") == "None" && servers.Length == 0)
        {
            problems.Required($"{path}.dnsConfig.nameservers", "must provide at least one DNS nameserver when `dnsPolicy` is None");
        }

        if (servers.Length > 3)
        {
            problems.Invalid($"{path}.dnsConfig.nameservers", GoText.List(spec.At("dnsConfig", "nameservers")), "must not have more than 3 nameservers");
        }

        for (int index = 0; index < servers.Length; index++)
        {
            problems.InvalidText(ProblemList.At($"{path}.dnsConfig.nameservers", index), servers[index], NameRules.Address(servers[index]));
        }
    }

    private static void CheckTolerations(JsonObject spec, string path, ProblemList problems)
    {
        foreach ((JsonObject toleration, string at) in ProblemList.Each(spec, path, "tolerations"))
        {
            string key = toleration.Text("key") ?? string.Empty;
            string relation = toleration.Text("operator") ?? string.Empty;
            string effect = toleration.Text("effect") ?? string.Empty;
            string value = toleration.Text("value") ?? string.Empty;
            if (key.Length > 0)
            {
                problems.InvalidText($"{at}.key", key, NameRules.Qualified(key));
            }
            else if (relation != "Exists")
            {
                problems.Invalid($"{at}.operator", GoText.Quote(relation), "operator must be Exists when `key` is empty, which means \"match all values and all keys\"");
            }

            if (toleration.Number("tolerationSeconds") is not null && effect != "NoExecute")
            {
                problems.Invalid($"{at}.effect", GoText.Quote(effect), "effect must be 'NoExecute' when `tolerationSeconds` is set");
            }

            switch (relation)
            {
                case "Equal" or "":
                    problems.InvalidText($"{at}.operator", value, NameRules.LabelValue(value));
                    break;
                case "Exists" when value.Length > 0:
                    problems.Invalid($"{at}.operator", Describe(toleration), "value must be empty when `operator` is 'Exists'");
                    break;
                case "Exists":
                    break;
                default:
                    problems.NotSupported($"{at}.operator", GoText.Quote(relation), "Equal", "Exists");
                    break;
            }

            if (effect.Length > 0)
            {
                problems.OneOf($"{at}.effect", effect, "NoSchedule", "PreferNoSchedule", "NoExecute");
            }
        }
    }

    private static string Describe(JsonObject toleration)
    {
        string seconds = toleration.Number("tolerationSeconds") is { } number ? number.ToString(CultureInfo.InvariantCulture) : "(*int64)(nil)";
        return $"core.Toleration{{Key:{Text("key")}, Operator:{Text("operator")}, Value:{Text("value")}, Effect:{Text("effect")}, TolerationSeconds:{seconds}}}";

        string Text(string field) => GoText.Quote(toleration.Text(field) ?? string.Empty);
    }

    private static void CheckSpread(JsonObject spec, string path, ProblemList problems)
    {
        var seen = new HashSet<(string?, string?)>();
        foreach ((JsonObject spread, string at) in ProblemList.Each(spec, path, "topologySpreadConstraints"))
        {
            if (spread.Number("maxSkew") is null or <= 0)
            {
                problems.Invalid($"{at}.maxSkew", spread.Number("maxSkew") ?? 0, "must be greater than zero");
            }

            string? topology = spread.Text("topologyKey");
            if (string.IsNullOrEmpty(topology))
            {
                problems.Required($"{at}.topologyKey", "can not be empty");
            }

            string? action = spread.Text("whenUnsatisfiable");
            problems.OneOf($"{at}.whenUnsatisfiable", action, "DoNotSchedule", "ScheduleAnyway");
            if (!seen.Add((topology, action)))
            {
                problems.Duplicate($"{at}.{{topologyKey, whenUnsatisfiable}}", GoText.Quote($"{{{topology}, {action}}}"));
            }

            SelectorRules.Check(spread["labelSelector"], $"{at}.labelSelector", problems);
        }
    }
}
