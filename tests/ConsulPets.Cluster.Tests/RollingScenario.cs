using System.Globalization;
using Xunit.Abstractions;

namespace ConsulPets.Cluster.Tests;

/// <summary>Rolls a whole set, with the leader at a given place.</summary>
public abstract class RollingScenario : MeasuredScenario
{
    protected RollingScenario(ITestOutputHelper output)
        : base(output)
    {
    }

    /// <summary>Rolls a set with the leader at each of some places in turn: each pet is replaced exactly once.</summary>
    /// <param name="cluster">Where.</param>
    /// <param name="size">The number of pets.</param>
    /// <param name="places">The places that lead; null for the one that leads already.</param>
    /// <param name="name">What is done, in a word.</param>
    /// <param name="command">The command that does it.</param>
    protected void Roll(ClusterKind cluster, int size, IEnumerable<int?> places, string name, string command) =>
        Roll(cluster, size, places, name, _ => command);

    /// <summary>Rolls another image over a set with the leader at each of some places in turn, to and fro between two images.</summary>
    /// <inheritdoc cref="Roll(ClusterKind, int, IEnumerable{int?}, string, string)"/>
    protected void RollImage(ClusterKind cluster, int size, IEnumerable<int?> places) =>
        Roll(cluster, size, places, "image", static round => $"Update-ConsulPetSet consul @kube -Image {(round % 2 == 0 ? "$other" : "$image")} -Confirm:$false");

    // The command goes by the round, not by the place that leads: the first round must always bring another image than the one that the set was made with.
    private void Roll(ClusterKind cluster, int size, IEnumerable<int?> places, string name, Func<int, string> command)
    {
        using var place = new OperatorNamespace(cluster, "lead");
        using Shell shell = place.Shell();
        shell.Bootstrap("consul", $"-Replicas {size} {ScenarioShell.Quick}");
        foreach ((int round, int? wanted) in places.Index())
        {
            if (wanted is not null)
            {
                shell.Lead(place, $"consul-{wanted}");
            }

            int ordinal = wanted ?? int.Parse(shell.Ok("(Get-ConsulPetSet consul @kube).Leader").Output.Single().ToString()["consul-".Length..], CultureInfo.InvariantCulture);
            using var pods = new PodWatch(place.Api, place.Name, [.. Enumerable.Range(0, size).Select(static pet => $"consul-{pet}")]);
            Measure(place, $"{name}, set of {size}, leader at {ordinal}", size, () => shell.Ok(command(round)));
            Assert.All(pods.End(), static pet => Assert.True(pet.Value == 1, $"{pet.Key} was replaced {pet.Value} times"));
        }
    }
}
