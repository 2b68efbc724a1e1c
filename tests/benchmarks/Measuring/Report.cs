using System.Globalization;

namespace ConsulPets.Benchmarks.Measuring;

/// <summary>One line of the table.</summary>
/// <param name="What">What is measured.</param>
/// <param name="Peer">What it is compared with.</param>
/// <param name="PeerMilliseconds">The peer's median.</param>
/// <param name="OurMilliseconds">Our median.</param>
/// <param name="Goal">The most that ours may be, as a multiple of the peer; null where there is no goal.</param>
internal sealed record Row(string What, string Peer, double? PeerMilliseconds, double OurMilliseconds, double? Goal)
{
    /// <summary>A goal that is a time, not a multiple; null where there is none.</summary>
    public double? GoalMilliseconds { get; init; }

    /// <summary>Something to add; empty for nothing.</summary>
    public string Note { get; init; } = string.Empty;
}

/// <summary>Prints the table, as Markdown.</summary>
internal static class Report
{
    public static void Heading(string text)
    {
        Console.WriteLine();
        Console.WriteLine($"## {text}");
        Console.WriteLine();
        Console.WriteLine("| what | floor or peer | its median, ms | ours, ms | ratio | goal | reached |");
        Console.WriteLine("| --- | --- | ---: | ---: | ---: | --- | --- |");
    }

    public static void Print(Row row)
    {
        double? ratio = row.OurMilliseconds / row.PeerMilliseconds;
        string goal = row.GoalMilliseconds is { } time ? string.Create(CultureInfo.InvariantCulture, $"{time:0} ms") : row.Goal is { } most ? string.Create(CultureInfo.InvariantCulture, $"{most:0.0#} x") : "-";
        string reached = row.GoalMilliseconds is { } limit ? YesNo(row.OurMilliseconds <= limit) : row.Goal is { } times ? YesNo(ratio <= times) : "-";
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"| {row.What} | {row.Peer} | {row.PeerMilliseconds:0.0} | {row.OurMilliseconds:0.0} | {ratio:0.00#} | {goal} | {reached} |"));
        if (row.Note.Length > 0)
        {
            Console.WriteLine($"| &nbsp;&nbsp;{row.Note} | | | | | | |");
        }
    }

    private static string YesNo(bool value) => value ? "yes" : "NO";
}
