using System.Text.Json.Nodes;
using ConsulPets.Sandbox.Store;

namespace ConsulPets.Sandbox.Admission;

/// <summary>Rules of StatefulSets and DaemonSets (kubernetes, pkg/apis/apps/validation/validation.go).</summary>
internal static class WorkloadRules
{
    private const string Mismatch = "`selector` does not match template `labels`";

    private const string StatefulSetRule =
        "updates to statefulset spec for fields other than 'replicas', 'ordinals', 'template', 'updateStrategy', 'persistentVolumeClaimRetentionPolicy' and 'minReadySeconds' are forbidden";

    /// <summary>
    /// Judges a StatefulSet. What is in its pod template is not looked at, as in the real one: its pods are refused when they are made.
    /// </summary>
    /// <param name="set">The set.</param>
    /// <param name="live">What is there; null for a new one.</param>
    /// <param name="problems">Where what is wrong goes.</param>
    public static void CheckStatefulSet(JsonObject set, JsonObject? live, ProblemList problems)
    {
        JsonObject spec = set.Part("spec") ?? [];
        string? management = spec.Text("podManagementPolicy");
        if (management is not ("OrderedReady" or "Parallel"))
        {
            problems.Invalid("spec.podManagementPolicy", GoText.Quote(management ?? string.Empty), "must be 'OrderedReady' or 'Parallel'");
        }

        CheckStatefulStrategy(spec.Part("updateStrategy"), problems);
        foreach (string name in (ReadOnlySpan<string>)["whenDeleted", "whenScaled"])
        {
            problems.OneOf($"spec.persistentVolumeClaimRetentionPolicy.{name}", spec.Text("persistentVolumeClaimRetentionPolicy", name), "Retain", "Delete");
        }

        problems.NotNegative("spec.replicas", spec.Number("replicas"));
        problems.NotNegative("spec.minReadySeconds", spec.Number("minReadySeconds"));
        problems.NotNegative("spec.ordinals.start", spec.Number("ordinals", "start"));
        CheckStatefulSelector(spec, problems);
        if (spec.Text("template", "spec", "restartPolicy") is not "Always" and var restart)
        {
            problems.NotSupported("spec.template.spec.restartPolicy", GoText.Quote(restart ?? string.Empty), "Always");
        }

        if (spec.At("template", "spec", "activeDeadlineSeconds") is not null)
        {
            problems.Forbidden("spec.template.spec.activeDeadlineSeconds", "activeDeadlineSeconds in StatefulSet is not Supported");
        }

        if (live is not null && !JsonNode.DeepEquals(Fixed(spec), Fixed(live.Part("spec") ?? [])))
        {
            problems.Forbidden("spec", StatefulSetRule);
        }
    }

    /// <summary>Judges a DaemonSet.</summary>
    /// <param name="set">The set.</param>
    /// <param name="live">What is there; null for a new one.</param>
    /// <param name="problems">Where what is wrong goes.</param>
    public static void CheckDaemonSet(JsonObject set, JsonObject? live, ProblemList problems)
    {
        JsonObject spec = set.Part("spec") ?? [];
        JsonObject template = spec.Part("template") ?? [];
        JsonObject? selector = spec.Part("selector");
        SelectorRules.Check(selector, "spec.selector", problems);
        if (selector is not null && SelectorRules.IsEmpty(selector))
        {
            problems.Invalid("spec.selector", GoText.Selector(selector), "empty selector is invalid for daemonset");
        }
        else if (SelectorRules.Matches(selector, template.Map("metadata", "labels")) == false)
        {
            problems.Invalid("spec.template.metadata.labels", GoText.Map(template.At("metadata", "labels")), Mismatch);
        }

        CheckTemplateMetadata(template, problems);
        PodRules.Check(template.Part("spec") ?? [], "spec.template.spec", problems);
        if (template.Text("spec", "restartPolicy") is "OnFailure" or "Never")
        {
            problems.NotSupported("spec.template.spec.restartPolicy", GoText.Quote(template.Text("spec", "restartPolicy")!), "Always");
        }

        if (template.Number("spec", "activeDeadlineSeconds") is not null)
        {
            problems.Invalid("spec.template.spec.activeDeadlineSeconds", GoText.Of(template.At("spec", "activeDeadlineSeconds")), "must not be set");
        }

        problems.NotNegative("spec.minReadySeconds", spec.Number("minReadySeconds"));
        problems.NotNegative("spec.revisionHistoryLimit", spec.Number("revisionHistoryLimit"));
        CheckDaemonStrategy(spec.Part("updateStrategy"), problems);
        if (live is not null)
        {
            problems.Unchanged("spec.selector", spec["selector"], live.At("spec", "selector"), GoText.Selector(spec["selector"]));
        }
    }

    private static void CheckStatefulStrategy(JsonObject? strategy, ProblemList problems)
    {
        JsonObject? rolling = strategy.Part("rollingUpdate");
        string type = strategy.Text("type") ?? string.Empty;
        string text = rolling is null
            ? "(*apps.RollingUpdateStatefulSetStrategy)(nil)"
            : $"apps.RollingUpdateStatefulSetStrategy{{Partition:{rolling.Number("partition") ?? 0}, MaxUnavailable:(*intstr.IntOrString)(nil)}}";
        switch (type)
        {
            case "OnDelete":
                if (rolling is not null)
                {
                    problems.Invalid("spec.updateStrategy.rollingUpdate", text, "only allowed for updateStrategy 'RollingUpdate'");
                }

                break;
            case "RollingUpdate":
                problems.NotNegative("spec.updateStrategy.rollingUpdate.partition", rolling.Number("partition"));
                break;
            default:
                problems.Invalid("spec.updateStrategy", $"apps.StatefulSetUpdateStrategy{{Type:{GoText.Quote(type)}, RollingUpdate:{text}}}", "must be 'RollingUpdate' or 'OnDelete'");
                break;
        }
    }

    private static void CheckStatefulSelector(JsonObject spec, ProblemList problems)
    {
        JsonObject? selector = spec.Part("selector");
        if (selector is null)
        {
            problems.Required("spec.selector");
        }
        else
        {
            SelectorRules.Check(selector, "spec.selector", problems);
            if (SelectorRules.IsEmpty(selector))
            {
                problems.Invalid("spec.selector", GoText.Selector(selector), "empty selector is invalid for statefulset");
            }
        }

        JsonObject template = spec.Part("template") ?? [];
        switch (SelectorRules.Matches(selector, template.Map("metadata", "labels")))
        {
            case null:
                problems.Invalid("spec.selector", GoText.Selector(selector), string.Empty);
                break;
            case false:
                problems.Invalid("spec.template.metadata.labels", GoText.Map(template.At("metadata", "labels")), Mismatch);
                CheckTemplateMetadata(template, problems);
                break;
            default:
                CheckTemplateMetadata(template, problems);
                break;
        }
    }

    // The paths leave out "metadata", as the real one's do.
    private static void CheckTemplateMetadata(JsonObject template, ProblemList problems)
    {
        MetadataRules.Labels(template.At("metadata", "labels"), "spec.template.labels", problems);
        MetadataRules.Annotations(template.At("metadata", "annotations"), "spec.template.annotations", problems);
    }

    private static void CheckDaemonStrategy(JsonObject? strategy, ProblemList problems)
    {
        string type = strategy.Text("type") ?? string.Empty;
        if (type is not ("RollingUpdate" or "OnDelete"))
        {
            problems.NotSupported(
                "spec.updateStrategy", $"apps.DaemonSetUpdateStrategy{{Type:{GoText.Quote(type)}, RollingUpdate:(*apps.RollingUpdateDaemonSet)(nil)}}", "RollingUpdate", "OnDelete");
            return;
        }

        if (type == "OnDelete" || strategy.Part("rollingUpdate") is not { } rolling)
        {
            return;
        }

        const string path = "spec.updateStrategy.rollingUpdate";
        BudgetRules.CheckShare(rolling["maxUnavailable"], $"{path}.maxUnavailable", problems);
        BudgetRules.CheckShare(rolling["maxSurge"], $"{path}.maxSurge", problems);
        bool mayBeFewer = IsSome(rolling["maxUnavailable"]);
        bool mayBeMore = IsSome(rolling["maxSurge"]);
        if (mayBeFewer && mayBeMore)
        {
            problems.Invalid($"{path}.maxSurge", GoText.NumberOrText(rolling["maxSurge"]), "may not be set when maxUnavailable is non-zero");
        }
        else if (!mayBeFewer && !mayBeMore)
        {
            problems.Required($"{path}.maxUnavailable", "cannot be 0 when maxSurge is 0");
        }
    }

    private static bool IsSome(JsonNode? share) => share.Text() is { } text ? text.TrimEnd('%').Any(static digit => digit is >= '1' and <= '9') : share.Number() is not (null or 0);

    private static JsonObject Fixed(JsonObject spec)
    {
        JsonObject copy = (JsonObject)spec.DeepClone();
        foreach (string name in (ReadOnlySpan<string>)["replicas", "ordinals", "template", "updateStrategy", "persistentVolumeClaimRetentionPolicy", "minReadySeconds"])
        {
            copy.Remove(name);
        }

        return copy;
    }
}
