using ConsulPets.Sandbox.Store;

namespace ConsulPets.Sandbox.Pods;

/// <summary>What a node does besides running pods.</summary>
internal static class NodeUpkeep
{
    /// <summary>Clears what pods have left that were deleted by force while their node was away.</summary>
    /// <param name="context">What pods share.</param>
    /// <param name="living">The unique IDs of pods that run.</param>
    public static void ClearFolders(PodContext context, IEnumerable<string> living)
    {
        HashSet<string> known = [.. context.Registry.List(ResourceKinds.Pods).Select(static pod => pod.Uid), .. living];
        foreach (string folder in Directory.GetDirectories(context.Options.Folder).Where(folder => !known.Contains(Path.GetFileName(folder))))
        {
            LeftOverProcesses.Delete(folder);
        }
    }

    /// <summary>A node's address.</summary>
    /// <param name="context">What pods share.</param>
    /// <param name="node">The node.</param>
    /// <returns>The address; null when its object names none.</returns>
    public static string? HostAddress(PodContext context, string node) => context.Registry.Find(ResourceKinds.Nodes, string.Empty, node)?.Json.Items("status", "addresses")
        .FirstOrDefault(static address => address.Text("type") == "InternalIP")?.Text("address");
}
