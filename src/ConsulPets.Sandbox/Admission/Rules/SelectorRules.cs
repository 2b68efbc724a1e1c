using System.Text.Json.Nodes;
using ConsulPets.Sandbox.Store;

namespace ConsulPets.Sandbox.Admission;

/// <summary>Rules of label selectors in manifests.</summary>
internal static class SelectorRules
{
    /// <summary>Judges a selector.</summary>
    /// <param name="selector">The selector; null for none.</param>
    /// <param name="path">Its path.</param>
    /// <param name="problems">Where what is wrong goes.</param>
    public static void Check(JsonNode? selector, string path, ProblemList problems)
    {
        MetadataRules.Labels(selector.At("matchLabels"), $"{path}.matchLabels", problems);
        foreach ((JsonObject expression, string at) in ProblemList.Each(selector, path, "matchExpressions"))
        {
            bool hasValues = expression["values"] is JsonArray { Count: > 0 };
            switch (expression.Text("operator") ?? string.Empty)
            {
                case "In" or "NotIn":
                    if (!hasValues)
                    {
                        problems.Required($"{at}.values", "must be specified when `operator` is 'In' or 'NotIn'");
                    }

                    break;
                case "Exists" or "DoesNotExist":
                    if (hasValues)
                    {
                        problems.Forbidden($"{at}.values", "may not be specified when `operator` is 'Exists' or 'DoesNotExist'");
                    }

                    break;
                case string other:
                    problems.Invalid($"{at}.operator", GoText.Quote(other), "not a valid selector operator");
                    break;
            }

            string key = expression.Text("key") ?? string.Empty;
            problems.InvalidText($"{at}.key", key, NameRules.Qualified(key));
            foreach ((string value, int index) in expression.Texts("values").Select(static (value, index) => (value, index)))
            {
                problems.InvalidText(ProblemList.At($"{at}.values", index), value, NameRules.LabelValue(value));
            }
        }
    }

    /// <summary>Whether a selector selects by nothing.</summary>
    /// <param name="selector">The selector.</param>
    /// <returns>True when it has no condition.</returns>
    public static bool IsEmpty(JsonNode? selector) => selector.At("matchLabels") is not JsonObject { Count: > 0 } && selector.At("matchExpressions") is not JsonArray { Count: > 0 };

    /// <summary>Whether labels are those that a selector means.</summary>
    /// <param name="selector">The selector; null means nothing.</param>
    /// <param name="labels">The labels.</param>
    /// <returns>True when they are; null when the selector makes no sense.</returns>
    public static bool? Matches(JsonObject? selector, IReadOnlyDictionary<string, string> labels)
    {
        try
        {
            return LabelSelector.OfManifest(selector).Matches(labels);
        }
        catch (FormatException)
        {
            return null;
        }
    }
}
