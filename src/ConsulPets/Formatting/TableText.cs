using System.ComponentModel;
using System.Globalization;
using ConsulPets.Planning;

namespace ConsulPets.Formatting;

/// <summary>What the table views show. Called from module/ConsulPets.Format.ps1xml.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public static class TableText
{
    /// <summary>An age as kubectl writes it: 24s, 5m, 3h, 12d.</summary>
    /// <param name="age">The age.</param>
    /// <returns>At most four characters for the first 27 years.</returns>
    public static string Age(TimeSpan age)
    {
        (double value, char unit) = age switch
        {
            { TotalSeconds: < 120 } => (Math.Max(0, age.TotalSeconds), 's'),
            { TotalMinutes: < 120 } => (age.TotalMinutes, 'm'),
            { TotalHours: < 48 } => (age.TotalHours, 'h'),
            _ => (age.TotalDays, 'd'),
        };
        return string.Create(CultureInfo.InvariantCulture, $"{Math.Floor(value):0}{unit}");
    }

    /// <summary>A share of a whole: <c>2/3</c>.</summary>
    /// <param name="part">The part; null when unknown.</param>
    /// <param name="whole">The whole; null when unknown.</param>
    /// <returns>The share; empty when both are unknown.</returns>
    public static string Share(int? part, int? whole) =>
        part is null && whole is null ? string.Empty : string.Create(CultureInfo.InvariantCulture, $"{part?.ToString(CultureInfo.InvariantCulture) ?? "?"}/{whole?.ToString(CultureInfo.InvariantCulture) ?? "?"}");

    /// <summary>yes or no; empty when unknown.</summary>
    /// <param name="value">The value.</param>
    /// <returns>The word.</returns>
    public static string YesNo(bool? value) => value switch { true => "yes", false => "no", null => string.Empty };

    /// <summary>An enumeration's word in lower case, and nothing for None.</summary>
    /// <param name="value">The value.</param>
    /// <returns>The word.</returns>
    public static string Word(Enum value) => value is null || Convert.ToInt32(value, CultureInfo.InvariantCulture) == 0 && value.ToString() == "None" ? string.Empty : value.ToString().ToLowerInvariant();

    /// <summary>A check's result, so that what failed stands out without colour.</summary>
    /// <param name="result">The result.</param>
    /// <returns>ok, warning, unknown or FAILED.</returns>
    public static string Result(CheckResult result) => result switch
    {
        CheckResult.Passed => "ok",
        CheckResult.Failed => "FAILED",
        _ => Word(result),
    };

    /// <summary>What a check found, and below it the command that mends it.</summary>
    /// <param name="detail">What was found.</param>
    /// <param name="fix">The command; null, which PowerShell hands over as an empty text, for none.</param>
    /// <returns>One line or two.</returns>
    public static string Finding(string detail, string? fix) => string.IsNullOrEmpty(fix) ? detail : $"{detail}\n> {fix}";

    /// <summary>A member's place in raft: leader, voter, or nothing.</summary>
    /// <param name="isLeader">Whether it leads.</param>
    /// <param name="isVoter">Whether it votes.</param>
    /// <returns>The word.</returns>
    public static string Raft(bool? isLeader, bool? isVoter) => isLeader == true ? "leader" : isVoter == true ? "voter" : string.Empty;

    /// <summary>An image without its registry and its hash: what a reader compares.</summary>
    /// <param name="image">The image.</param>
    /// <returns>The last part of its name with the tag.</returns>
    public static string Image(string image)
    {
        ArgumentNullException.ThrowIfNull(image);
        string named = image.Split('@')[0];
        return named[(named.LastIndexOf('/') + 1)..];
    }

    /// <summary>The first eight characters of an ID, which tell IDs apart in a table.</summary>
    /// <param name="id">The ID; null for none.</param>
    /// <returns>The characters.</returns>
    public static string ShortId(string? id) => id is null ? string.Empty : id.Length <= 8 ? id : id[..8];

    /// <summary>A plan as -WhatIf shows it: one line a step, with the quorum before and after where it changes.</summary>
    /// <param name="headline">What it is about.</param>
    /// <param name="plan">The steps.</param>
    /// <returns>Lines.</returns>
    public static string Plan(string headline, IReadOnlyList<ConsulPetStep> plan)
    {
        ArgumentNullException.ThrowIfNull(plan);
        return string.Join('\n', plan
            .Select(static step => string.Create(CultureInfo.InvariantCulture, $"  {step.Order} {step.Action} {step.Target} ({step.Reason}){Quorum(step)}"))
            .Prepend(headline));
    }

    private static string Quorum(ConsulPetStep step)
    {
        if (step.VotersBefore is null)
        {
            return string.Empty;
        }

        string voters = step.VotersBefore == step.VotersAfter ? $"{step.VotersBefore}" : $"{step.VotersBefore} -> {step.VotersAfter}";
        string tolerance = step.ToleranceBefore == step.ToleranceAfter ? $"{step.ToleranceBefore}" : $"{step.ToleranceBefore} -> {step.ToleranceAfter}";
        return $"  {voters} {(voters == "1" ? "voter" : "voters")}, tolerance {tolerance}";
    }
}
