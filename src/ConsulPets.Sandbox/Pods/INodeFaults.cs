namespace ConsulPets.Sandbox.Pods;

/// <summary>What can be done to pods and nodes that no API call does.</summary>
public interface INodeFaults
{
    /// <summary>Kills a pod's processes at once, as the kernel does to one that uses too much memory. The node restarts them.</summary>
    /// <param name="namespaceName">The pod's namespace.</param>
    /// <param name="pod">The pod's name.</param>
    /// <returns>Whether there was such a pod with a running process.</returns>
    bool Kill(string namespaceName, string pod);

    /// <summary>Cuts a pod off: nothing goes from it to other pods or from them to it. Its own node and the API still reach it.</summary>
    /// <param name="namespaceName">The pod's namespace.</param>
    /// <param name="pod">The pod's name.</param>
    /// <param name="isCut">True to cut, false to join again.</param>
    /// <returns>Whether there was such a pod.</returns>
    bool Cut(string namespaceName, string pod, bool isCut);

    /// <summary>Makes a node vanish, or come back: its processes end at once and nothing is reported of them.</summary>
    /// <param name="node">The node.</param>
    /// <param name="isGone">True to make it vanish.</param>
    /// <returns>Whether there was such a node.</returns>
    bool Vanish(string node, bool isGone);
}
