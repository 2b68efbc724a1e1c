using System.Globalization;
using ConsulPets.Observing;
using ConsulPets.Quorum;

namespace ConsulPets.Planning.Checks;

/// <summary>Whether a drain of nodes takes one server at a time.</summary>
internal static class BudgetChecks
{
    /// <summary>Whether exactly one disruption budget covers the pods, and lets go no more than raft can miss.</summary>
    public static CheckVerdict Budget(CheckSubject subject)
    {
        ObservedWorkload workload = subject.Workload;
        if (workload.Kind == PetSetKind.DaemonSet)
        {
            return CheckVerdict.Passed("a DaemonSet needs none: drains pass over its pods");
        }

        if (subject.Surroundings.Budgets.Value is not { } all)
        {
            return subject.NotRead("the disruption budgets", subject.Surroundings.Budgets.Failure);
        }

        ObservedBudget[] budgets = [.. all.Where(budget => budget.Selector?.Fits(workload.TemplateLabels) == true)];
        string[] names = [.. budgets.Select(static budget => budget.Name)];
        return budgets.Length switch
        {
            0 => CheckVerdict.Warning("no disruption budget covers the pods, so a drain may take several at once", Creation(subject)),

            // The eviction API refuses then, whatever they say (kubernetes, pkg/registry/core/pod/storage/eviction.go).
            > 1 => CheckVerdict.Failed(
                $"{CheckSubject.List(names)} cover the same pods: every eviction is refused", subject.Kubectl($"delete poddisruptionbudget {string.Join(' ', names.Where(name => name != Kept(names, workload.Name)))}"), names),
            _ => Allowance(subject, budgets[0]),
        };
    }

    private static string Creation(CheckSubject subject)
    {
        ObservedWorkload workload = subject.Workload;
        if (!subject.Surroundings.BudgetsAreBeta)
        {
            return subject.Kubectl($"create poddisruptionbudget {workload.Name} --max-unavailable=1 --selector={FixScope.Quoted(workload.Selector)}");
        }

        string labels = string.Join(',', workload.TemplateLabels.OrderBy(static label => label.Key, StringComparer.Ordinal).Select(static label => $"\"{label.Key}\":\"{label.Value}\""));
        string budget = "{\"apiVersion\":\"policy/v1beta1\",\"kind\":\"PodDisruptionBudget\",\"metadata\":{\"name\":\"" + workload.Name
            + "\"},\"spec\":{\"maxUnavailable\":1,\"selector\":{\"matchLabels\":{" + labels + "}}}}";
        return $"{FixScope.Quoted(budget)} | {subject.Kubectl("create --filename=-")}";
    }

    // A set of one or two cannot miss any, which the quorum check says: whether drains hang or stop Consul is for its owner to choose.
    private static CheckVerdict Allowance(CheckSubject subject, ObservedBudget budget)
    {
        int size = subject.Workload.Replicas;
        int? allowed = Allowed(budget, size);
        if (size < 3)
        {
            return CheckVerdict.Passed($"the budget {budget.Name} covers the pods");
        }

        string mend = subject.Kubectl($"patch poddisruptionbudget {budget.Name} --type=merge --patch '{{\"spec\":{{\"maxUnavailable\":1,\"minAvailable\":null}}}}'");
        int tolerance = RaftQuorum.Tolerance(size, size);
        return allowed switch
        {
            null => CheckVerdict.Unknown($"what the budget {budget.Name} allows is not a number or a percentage"),
            <= 0 => CheckVerdict.Warning($"the budget {budget.Name} lets no pod go, so a drain never ends", mend, budget.Name),
            _ when allowed > tolerance => CheckVerdict.Warning(FormattableString.Invariant($"the budget {budget.Name} lets {allowed} pods go at once, and raft can miss {tolerance}"), mend, budget.Name),
            _ => CheckVerdict.Passed(FormattableString.Invariant($"the budget {budget.Name} lets {allowed} of {size} pods go at a time")),
        };
    }

    private static int? Allowed(ObservedBudget budget, int size) =>
        budget.MaxUnavailable is { } away ? Amount(away, size)
        : budget.MinAvailable is { } stay ? size - Amount(stay, size)
        : 0;

    // Percentages are rounded up in both fields (Kubernetes documentation, "Specifying a Disruption Budget").
    private static int? Amount(string text, int size) =>
        text.EndsWith('%')
            ? int.TryParse(text.AsSpan(0, text.Length - 1), NumberStyles.None, CultureInfo.InvariantCulture, out int percent) ? ((size * percent) + 99) / 100 : null
            : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int number) ? number : null;

    private static string Kept(string[] names, string set) => names.Contains(set) ? set : names[0];
}
