using System.Text;
using System.Text.Json.Nodes;
using ConsulPets.Sandbox.Store;

namespace ConsulPets.Sandbox.Admission;

/// <summary>What may change in a pod that exists: its images, its deadline, and more tolerations.</summary>
internal static class PodUpdateRules
{
    private const string Rule = "pod updates may not change fields other than `spec.containers[*].image`,`spec.initContainers[*].image`,`spec.activeDeadlineSeconds`,"
        + "`spec.tolerations` (only additions to existing tolerations),`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)";

    /// <summary>Judges a pod's change.</summary>
    /// <param name="pod">The pod.</param>
    /// <param name="live">What is there.</param>
    /// <param name="problems">Where what is wrong goes.</param>
    public static void Check(JsonObject pod, JsonObject live, ProblemList problems)
    {
        JsonObject spec = pod.Part("spec") ?? [];
        JsonObject before = live.Part("spec") ?? [];
        foreach (string list in (ReadOnlySpan<string>)["containers", "initContainers"])
        {
            if (spec.Items(list).Count() != before.Items(list).Count())
            {
                problems.Forbidden($"spec.{list}", "pod updates may not add or remove containers");
                return;
            }
        }

        CheckDeadline(spec, before, problems);
        CheckTolerations(spec, before, problems);

        // What may change is taken back; whatever is then left of a difference may not be there. A gate may be lifted, and the scheduler writes the node through its own path.
        JsonObject other = (JsonObject)spec.DeepClone();
        foreach (string field in (ReadOnlySpan<string>)["activeDeadlineSeconds", "tolerations", "nodeName", "schedulingGates"])
        {
            if (field != "nodeName" || before.Text("nodeName") is null or "")
            {
                Restore(other, before, field);
            }
        }

        foreach (string list in (ReadOnlySpan<string>)["containers", "initContainers"])
        {
            foreach ((JsonObject container, JsonObject was) in other.Items(list).Zip(before.Items(list)))
            {
                Restore(container, was, "image");
            }
        }

        if (before.Number("terminationGracePeriodSeconds") < 0 && other.Number("terminationGracePeriodSeconds") == 1)
        {
            Restore(other, before, "terminationGracePeriodSeconds");
        }

        if (!JsonNode.DeepEquals(other, before))
        {
            problems.Forbidden("spec", $"{Rule}\n{Difference("core.PodSpec", before, other)}");
        }
    }

    /// <summary>What differs between two objects, as lines that begin with <c>-</c> (before) and <c>+</c> (after).</summary>
    /// <param name="type">The type's name.</param>
    /// <param name="before">What was.</param>
    /// <param name="after">What is.</param>
    /// <returns>The lines.</returns>
    public static string Difference(string type, JsonObject before, JsonObject after)
    {
        var text = new StringBuilder().Append("  ").Append(type).Append("{\n");
        string[] names = [.. before.Select(static pair => pair.Key).Union(after.Select(static pair => pair.Key))];
        string[] changed = [.. names.Where(name => !JsonNode.DeepEquals(before[name], after[name]))];
        if (changed.Length < names.Length)
        {
            text.Append("  \t... // ").Append(names.Length - changed.Length).Append(" identical fields\n");
        }

        foreach (string name in changed)
        {
            string field = char.ToUpperInvariant(name[0]) + name[1..];
            text.Append("- \t").Append(field).Append(": ").Append(GoText.Of(before[name])).Append(",\n");
            text.Append("+ \t").Append(field).Append(": ").Append(GoText.Of(after[name])).Append(",\n");
        }

        return text.Append("  }\n").ToString();
    }

    private static void CheckDeadline(JsonObject spec, JsonObject before, ProblemList problems)
    {
        if (before.Number("activeDeadlineSeconds") is not { } was)
        {
            return;
        }

        if (spec.Number("activeDeadlineSeconds") is not { } now)
        {
            problems.Invalid("spec.activeDeadlineSeconds", "null", "must not update from a positive integer to nil value");
        }
        else if (now > was)
        {
            problems.Invalid("spec.activeDeadlineSeconds", now, "must be less than or equal to previous value");
        }
    }

    private static void CheckTolerations(JsonObject spec, JsonObject before, ProblemList problems)
    {
        bool keepsAll = before.Items("tolerations").All(was => spec.Items("tolerations").Any(now => JsonNode.DeepEquals(Named(now), Named(was))));
        if (!keepsAll)
        {
            problems.Forbidden("spec.tolerations", "existing toleration can not be modified except its tolerationSeconds");
        }

        static JsonObject Named(JsonObject toleration)
        {
            var copy = (JsonObject)toleration.DeepClone();
            copy.Remove("tolerationSeconds");
            return copy;
        }
    }

    private static void Restore(JsonObject json, JsonObject before, string field)
    {
        if (before[field] is { } value)
        {
            json[field] = value.DeepClone();
        }
        else
        {
            json.Remove(field);
        }
    }
}
