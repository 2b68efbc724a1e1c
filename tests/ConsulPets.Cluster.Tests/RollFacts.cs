using System.Management.Automation;
using System.Text.Json;

namespace ConsulPets.Cluster.Tests;

/// <summary>What the scenarios of a roll ask of the cluster.</summary>
public static class RollFacts
{
    /// <summary>Asserts that the roll left nothing behind, and the members that there were.</summary>
    public static void AssertEnded(this OperatorNamespace place, Shell shell, Dictionary<string, PSObject> before)
    {
        Dictionary<string, PSObject> after = shell.Pets("consul");
        Assert.All(after.Values, pet => Assert.Equal(before[pet.Text("Name")].Text("NodeId"), pet.Text("NodeId")));
        Assert.False(IsMarked(place), "the operation's annotation is still there");
        Assert.Equal(0, place.Api.Get(place.Name, "statefulsets", "consul").GetProperty("spec").GetProperty("updateStrategy").GetProperty("rollingUpdate").GetProperty("partition").GetInt32());
    }

    /// <summary>The set's config maps.</summary>
    public static string[] ConfigMaps(this OperatorNamespace place) => [.. place.Api.Names(place.Name, "configmaps").Where(static map => map.StartsWith("consul", StringComparison.Ordinal))];

    /// <summary>The pods that are others than they were, or away.</summary>
    public static IEnumerable<string> Replaced(this OperatorNamespace place, Dictionary<string, string> uids)
    {
        Dictionary<string, string> now = place.Api.PodUids(place.Name);
        return uids.Keys.Where(pod => now.GetValueOrDefault(pod) != uids[pod]);
    }

    /// <summary>The config map that a pet reads.</summary>
    public static string? ConfigMapOf(this OperatorNamespace place, string pet) => place.Api.Get(place.Name, "pods", pet).GetProperty("spec").GetProperty("volumes").EnumerateArray()
        .Where(static volume => volume.TryGetProperty("configMap", out _)).Select(static volume => volume.GetProperty("configMap").GetProperty("name").GetString()).First(static map => map!.StartsWith("consul", StringComparison.Ordinal));

    /// <summary>Whether an operation's annotation stands at the set.</summary>
    public static bool IsMarked(this OperatorNamespace place) =>
        place.Api.Get(place.Name, "statefulsets", "consul").GetProperty("metadata").TryGetProperty("annotations", out JsonElement annotations) && annotations.TryGetProperty("consulpets.io/operation", out _);
}
