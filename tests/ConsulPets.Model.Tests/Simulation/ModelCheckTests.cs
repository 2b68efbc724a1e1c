using System.Diagnostics;
using System.Globalization;
using Xunit.Abstractions;

namespace ConsulPets.Model.Tests.Simulation;

/// <summary>
/// The planner against a simulated cluster and an adversary. CONSULPETS_MODEL_SEED repeats one history (or begins at another seed), CONSULPETS_MODEL_HISTORIES says how many.
/// </summary>
public class ModelCheckTests(ITestOutputHelper output)
{
    private static readonly string? Seed = Environment.GetEnvironmentVariable("CONSULPETS_MODEL_SEED");
    private static readonly string? Histories = Environment.GetEnvironmentVariable("CONSULPETS_MODEL_HISTORIES");

    [Fact]
    public void No_history_breaks_a_promise()
    {
        ulong seed = Seed is null ? 1 : ulong.Parse(Seed, CultureInfo.InvariantCulture);
        int count = Histories is not null ? int.Parse(Histories, CultureInfo.InvariantCulture) : Seed is not null ? 1 : 100_000;
        var watch = Stopwatch.StartNew();
        (SimScenario? broken, IReadOnlyDictionary<string, int> ends) = ModelCheck.Run(seed, count);
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{count} histories from seed {seed} in {watch.Elapsed.TotalSeconds:0.0} s"));
        foreach ((string end, int number) in ends.OrderByDescending(static one => one.Value))
        {
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{number,8} {end}"));
        }

        if (count == 1 && broken is null)
        {
            output.WriteLine(ModelCheck.Tell(SimScenario.From(seed)));
        }

        Assert.True(broken is null, broken is null ? string.Empty : ModelCheck.Tell(broken));
    }

    public static TheoryData<RollingGate> Gates() => [.. Enum.GetValues<RollingGate>()];

    [Theory]
    [MemberData(nameof(Gates))]
    public void With_a_gate_held_open_some_history_breaks_a_promise(RollingGate gate)
    {
        var watch = Stopwatch.StartNew();
        (SimScenario? broken, _) = ModelCheck.Run(1, 100_000, gate, stopAtFirst: true);
        Assert.True(broken is not null, $"the check does not notice that the gate {gate} is open");
        Assert.Null(SimHistory.Run(broken).Breach);
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"found in {watch.Elapsed.TotalSeconds:0.0} s"));
        output.WriteLine(ModelCheck.Tell(broken, gate));
    }

    [Fact]
    public void Writing_the_workload_without_naming_its_version_would_overwrite_what_others_do() =>
        Assert.NotNull(ModelCheck.Run(1, 30_000, stopAtFirst: true, writesBlindly: true).Broken);

    [Fact]
    public void A_seed_tells_the_same_history_each_time()
    {
        foreach (ulong seed in Enumerable.Range(1, 50).Select(static n => (ulong)n))
        {
            Assert.Equal(ModelCheck.Tell(SimScenario.From(seed)), ModelCheck.Tell(SimScenario.From(seed)));
        }
    }

    [Fact]
    public void Every_kind_of_step_and_most_of_the_ways_to_end_are_reached()
    {
        SimOutcome[] outcomes = [.. Enumerable.Range(1, 3000).Select(static seed => SimHistory.Run(SimScenario.From((ulong)seed)))];
        Assert.Empty(Enum.GetValues<RollingStepKind>().Except(outcomes.SelectMany(static outcome => outcome.Steps).Select(static step => step.Kind)));
        Assert.Superset(new HashSet<string> { "released", "done", "held", "refused QuorumWouldBeLost", "refused PetSetChangedMeanwhile" }, outcomes.Select(static outcome => outcome.End).ToHashSet());
        Assert.Contains(outcomes, static outcome => outcome.End is "released" or "done" && outcome.Steps.Any(static step => step.Reason.Contains("what is under way", StringComparison.Ordinal)));
        Assert.True(outcomes.Count(static outcome => outcome.End is "released" or "done") > 2000);
    }
}
