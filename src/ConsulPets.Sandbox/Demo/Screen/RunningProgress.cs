using System.Globalization;
using System.Management.Automation;

namespace ConsulPets.Sandbox.Demo.Screen;

/// <summary>What is going on, and how it is shown: one line, as PowerShell 7 shows it in its minimal view.</summary>
internal sealed class RunningProgress
{
    private const int LongestLine = 120;
    private readonly List<(long Source, ProgressRecord Record)> running = [];

    /// <summary>Takes note of a record.</summary>
    /// <param name="source">Who wrote it.</param>
    /// <param name="record">The record.</param>
    public void Take(long source, ProgressRecord record)
    {
        running.RemoveAll(one => one.Source == source && one.Record.ActivityId == record.ActivityId);
        if (record.RecordType == ProgressRecordType.Processing)
        {
            running.Add((source, record));
        }
    }

    /// <summary>Forgets all: the command has ended, and one that was stopped has not said so.</summary>
    public void Clear() => running.Clear();

    /// <summary>The line for what was told last and still goes on.</summary>
    /// <param name="width">How many characters the terminal has in a line.</param>
    /// <param name="style">Escape sequences that begin its colour; null for none.</param>
    /// <returns>The line, or null when nothing goes on.</returns>
    public string? Line(int width, string? style)
    {
        if (running.Count == 0)
        {
            return null;
        }

        ProgressRecord record = running[^1].Record;
        string share = record.PercentComplete < 0 ? string.Empty : string.Create(CultureInfo.InvariantCulture, $"{record.PercentComplete}% ");

        // In the last column a terminal begins a new line, and only one line is wiped out again: there must be room behind it for the ^C that a terminal shows.
        int room = Math.Max(0, Math.Min(width - 3, LongestLine));
        string activity = Fit(OneLine(record.Activity), Math.Max(0, room - 3));
        string status = Fit(share + OneLine(record.StatusDescription), Math.Max(0, room - activity.Length - 3));
        string line = Fit($"{activity} [{status.PadRight(Math.Max(0, room - activity.Length - 3))}]", room);
        return style is null ? line : style + line + "\u001b[0m";
    }

    private static string OneLine(string? text) => (text ?? string.Empty).ReplaceLineEndings(" ").Trim();

    private static string Fit(string text, int room) => text.Length <= room ? text : room <= 0 ? string.Empty : string.Concat(text.AsSpan(0, room - 1), "…");
}
