using System.Globalization;
using System.Text.Json.Nodes;
using ConsulPets.Sandbox.Store;

namespace ConsulPets.Sandbox.Controllers;

/// <summary>A number of pods, or a share of them: <c>1</c> or <c>"25%"</c>.</summary>
internal static class IntOrPercent
{
    /// <summary>Whether it is a share.</summary>
    /// <param name="value">The field's value.</param>
    /// <returns>True for a share.</returns>
    public static bool IsPercent(JsonNode? value) => value.Text()?.EndsWith('%') == true;

    /// <summary>The number that is meant, shares rounded up as disruption budgets and DaemonSets do.</summary>
    /// <param name="value">The field's value.</param>
    /// <param name="total">Of how many.</param>
    /// <returns>The number; null when the value is neither.</returns>
    public static long? Of(JsonNode? value, long total)
    {
        if (value.Number() is { } number)
        {
            return number;
        }

        string? text = value.Text();
        if (IsPercent(value))
        {
            return long.TryParse(text.AsSpan(0, text!.Length - 1), NumberStyles.None, CultureInfo.InvariantCulture, out long percent) ? ((percent * total) + 99) / 100 : null;
        }

        return long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long written) ? written : null;
    }
}
