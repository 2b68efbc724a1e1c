using System.Globalization;
using System.Text.Json.Nodes;
using ConsulPets.Sandbox.Store;

namespace ConsulPets.Sandbox.Admission;

/// <summary>Rules of a pod's affinity to nodes and other pods.</summary>
internal static class AffinityRules
{
    private const string Required = "requiredDuringSchedulingIgnoredDuringExecution";
    private const string Preferred = "preferredDuringSchedulingIgnoredDuringExecution";

    /// <summary>Judges an affinity.</summary>
    /// <param name="affinity">The affinity; null for none.</param>
    /// <param name="path">Its path.</param>
    /// <param name="problems">Where what is wrong goes.</param>
    public static void Check(JsonObject? affinity, string path, ProblemList problems)
    {
        CheckNodes(affinity.Part("nodeAffinity"), $"{path}.nodeAffinity", problems);
        foreach (string name in (ReadOnlySpan<string>)["podAffinity", "podAntiAffinity"])
        {
            foreach ((JsonObject term, string at) in ProblemList.Each(affinity?[name], $"{path}.{name}", Required))
            {
                CheckTerm(term, at, problems);
            }

            foreach ((JsonObject weighted, string at) in ProblemList.Each(affinity?[name], $"{path}.{name}", Preferred))
            {
                CheckWeight(weighted, at, problems);
                CheckTerm(weighted.Part("podAffinityTerm"), $"{at}.podAffinityTerm", problems);
            }
        }
    }

    private static void CheckNodes(JsonObject? affinity, string path, ProblemList problems)
    {
        if (affinity.Part(Required) is { } required)
        {
            if (required["nodeSelectorTerms"] is not JsonArray { Count: > 0 })
            {
                problems.Required($"{path}.{Required}.nodeSelectorTerms", "must have at least one node selector term");
            }

            foreach ((JsonObject term, string at) in ProblemList.Each(required, $"{path}.{Required}", "nodeSelectorTerms"))
            {
                CheckNodeTerm(term, at, problems);
            }
        }

        foreach ((JsonObject weighted, string at) in ProblemList.Each(affinity, path, Preferred))
        {
            CheckWeight(weighted, at, problems);
            CheckNodeTerm(weighted.Part("preference"), $"{at}.preference", problems);
        }
    }

    private static void CheckWeight(JsonObject weighted, string path, ProblemList problems)
    {
        if (weighted.Number("weight") is null or < 1 or > 100)
        {
            problems.Invalid($"{path}.weight", weighted.Number("weight") ?? 0, "must be in the range 1-100");
        }
    }

    private static void CheckTerm(JsonObject? term, string path, ProblemList problems)
    {
        SelectorRules.Check(term?["labelSelector"], $"{path}.labelSelector", problems);
        foreach ((string name, int index) in term.Texts("namespaces").Select(static (name, index) => (name, index)))
        {
            problems.InvalidText(ProblemList.At($"{path}.namespaces", index), name, NameRules.Label(name));
        }

        string key = term.Text("topologyKey") ?? string.Empty;
        if (key.Length == 0)
        {
            problems.Required($"{path}.topologyKey", "can not be empty");
        }

        problems.InvalidText($"{path}.topologyKey", key, NameRules.Qualified(key));
    }

    private static void CheckNodeTerm(JsonObject? term, string path, ProblemList problems)
    {
        foreach ((JsonObject requirement, string at) in ProblemList.Each(term, path, "matchExpressions"))
        {
            string[] values = [.. requirement.Texts("values")];
            switch (requirement.Text("operator") ?? string.Empty)
            {
                case "In" or "NotIn":
                    if (values.Length == 0)
                    {
                        problems.Required($"{at}.values", "must be specified when `operator` is 'In' or 'NotIn'");
                    }

                    break;
                case "Exists" or "DoesNotExist":
                    if (values.Length > 0)
                    {
                        problems.Forbidden($"{at}.values", "may not be specified when `operator` is 'Exists' or 'DoesNotExist'");
                    }

                    break;
                case "Gt" or "Lt":
                    if (values.Length != 1)
                    {
                        problems.Required($"{at}.values", "must be specified single value when `operator` is 'Lt' or 'Gt'");
                    }
                    else if (!long.TryParse(values[0], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out _))
                    {
                        problems.Invalid(ProblemList.At($"{at}.values", 0), GoText.Quote(values[0]), "for 'Gt', 'Lt' operators, the value must be an integer");
                    }

                    break;
                case string other:
                    problems.Invalid($"{at}.operator", GoText.Quote(other), "not a valid selector operator");
                    break;
            }

            string key = requirement.Text("key") ?? string.Empty;
            problems.InvalidText($"{at}.key", key, NameRules.Qualified(key));
        }
    }
}
