namespace ConsulPets.Benchmarks.Measuring;

/// <summary>Something to time.</summary>
/// <param name="Name">Its name.</param>
/// <param name="RunAsync">One run; gives one figure for each thing that is measured, in milliseconds.</param>
internal sealed record Contender(string Name, Func<Task<double[]>> RunAsync);

/// <summary>Runs contenders in turn, so that what else the machine does falls on all of them alike.</summary>
internal static class Alternation
{
    /// <summary>Measures; a first round is not counted.</summary>
    /// <param name="runs">How many rounds count.</param>
    /// <param name="contenders">The contenders.</param>
    /// <returns>For each contender, the medians of its figures.</returns>
    public static async Task<IReadOnlyList<double[]>> MediansAsync(int runs, params Contender[] contenders)
    {
        List<double[]>[] figures = [.. contenders.Select(static _ => new List<double[]>())];
        for (int round = -1; round < runs; round++)
        {
            for (int index = 0; index < contenders.Length; index++)
            {
                double[] run = await contenders[index].RunAsync();
                if (round >= 0)
                {
                    figures[index].Add(run);
                }
            }
        }

        return [.. figures.Select(static runs => Enumerable.Range(0, runs[0].Length).Select(figure => Median([.. runs.Select(run => run[figure])])).ToArray())];
    }

    public static double Median(double[] values)
    {
        double[] sorted = [.. values.Order()];
        int middle = sorted.Length / 2;
        return sorted.Length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }
}
