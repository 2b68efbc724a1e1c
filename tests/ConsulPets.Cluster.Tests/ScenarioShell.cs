using System.Collections;
using System.Management.Automation;
using System.Text.Json;

namespace ConsulPets.Cluster.Tests;

/// <summary>What the scenarios do again and again.</summary>
public static class ScenarioShell
{
    /// <summary>Bootstraps a set and waits for it.</summary>
    public static PSObject Bootstrap(this Shell shell, string name, string more = "") => shell
        .Ok($"New-ConsulPetSet {name} @kube -Image $image -StorageSize 1Gi -Wait -TimeoutSeconds 240 {more}", ("image", TestCluster.ConsulImage))
        .Output.Single();

    /// <summary>The pets of a set, by name.</summary>
    public static Dictionary<string, PSObject> Pets(this Shell shell, string set) => shell
        .Ok("Get-ConsulPet @kube -PetSet $set", ("set", set)).Output.ToDictionary(static pet => pet.Text("Name"));

    /// <summary>A property as text; empty when it is null.</summary>
    public static string Text(this PSObject item, string property) => item.Properties[property].Value?.ToString() ?? string.Empty;

    /// <summary>A property of the members: the tag.</summary>
    public static string Tag(this PSObject member, string tag) => ((IReadOnlyDictionary<string, string>)member.Properties["Tags"].Value)[tag];

    /// <summary>Runs the consul command in a pod.</summary>
    public static string Consul(string namespaceName, string pod, params string[] arguments) =>
        Kubectl.Run(["exec", "-n", namespaceName, pod, "--", "consul", .. arguments]).Trim();

    /// <summary>The pods of a namespace with their unique IDs, as Kubernetes itself tells.</summary>
    public static Dictionary<string, string> PodUids(string namespaceName)
    {
        using var pods = JsonDocument.Parse(Kubectl.Run("get", "pods", "-n", namespaceName, "-o", "json"));
        return pods.RootElement.GetProperty("items").EnumerateArray().ToDictionary(
            static pod => pod.GetProperty("metadata").GetProperty("name").GetString()!,
            static pod => pod.GetProperty("metadata").GetProperty("uid").GetString()!);
    }

    /// <summary>The names of the objects of a kind in a namespace.</summary>
    public static string[] Names(string namespaceName, string kind) => Kubectl
        .Run("get", kind, "-n", namespaceName, "-o", "jsonpath={.items[*].metadata.name}")
        .Split(' ', StringSplitOptions.RemoveEmptyEntries);
}
