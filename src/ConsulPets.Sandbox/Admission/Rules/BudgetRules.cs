using System.Globalization;
using System.Text.Json.Nodes;
using ConsulPets.Sandbox.Store;

namespace ConsulPets.Sandbox.Admission;

/// <summary>Rules of disruption budgets.</summary>
internal static class BudgetRules
{
    /// <summary>Judges a budget.</summary>
    /// <param name="budget">The budget.</param>
    /// <param name="problems">Where what is wrong goes.</param>
    public static void Check(JsonObject budget, ProblemList problems)
    {
        JsonObject spec = budget.Part("spec") ?? [];
        if (spec["minAvailable"] is not null && spec["maxUnavailable"] is not null)
        {
            problems.Invalid("spec", GoText.Of(spec), "minAvailable and maxUnavailable cannot be both set");
        }

        CheckShare(spec["minAvailable"], "spec.minAvailable", problems);
        CheckShare(spec["maxUnavailable"], "spec.maxUnavailable", problems);
        if (spec.Text("unhealthyPodEvictionPolicy") is { } policy)
        {
            problems.OneOf("spec.unhealthyPodEvictionPolicy", policy, "AlwaysAllow", "IfHealthyBudget");
        }

        SelectorRules.Check(spec["selector"], "spec.selector", problems);
    }

    /// <summary>Judges a number of pods or a percentage of them.</summary>
    /// <param name="share">The number or percentage; null for none.</param>
    /// <param name="path">Its path.</param>
    /// <param name="problems">Where what is wrong goes.</param>
    public static void CheckShare(JsonNode? share, string path, ProblemList problems)
    {
        if (share.Text() is not { } text)
        {
            problems.NotNegative(path, share.Number());
            return;
        }

        string[] broken = [.. NameRules.Percent(text)];
        foreach (string rule in broken)
        {
            problems.Invalid(path, GoText.NumberOrText(share), rule);
        }

        if (broken.Length == 0 && int.TryParse(text.AsSpan(0, text.Length - 1), NumberStyles.None, CultureInfo.InvariantCulture, out int percent) && percent > 100)
        {
            problems.Invalid(path, GoText.NumberOrText(share), "must not be greater than 100%");
        }
    }
}
