namespace ConsulPets.Sandbox.Pods;

/// <summary>Whether a container that ended is started again.</summary>
internal static class RestartRule
{
    /// <summary>Decides it.</summary>
    /// <param name="policy">The pod's <c>restartPolicy</c>; null for Always.</param>
    /// <param name="isInit">Whether it is an init container, which has to succeed once.</param>
    /// <param name="isSidecar">Whether it is an init container that goes on running.</param>
    /// <param name="exitCode">How it ended.</param>
    /// <returns>True when it is.</returns>
    public static bool IsRestarted(string? policy, bool isInit, bool isSidecar, int exitCode) => isSidecar
        || policy switch
        {
            "Never" => false,
            "OnFailure" => exitCode != 0,
            _ => !isInit || exitCode != 0,
        };
}
