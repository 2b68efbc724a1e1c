using System.Globalization;
using System.Text.Json.Nodes;

namespace ConsulPets.Sandbox.Streaming.Exec;

/// <summary>How a command ended, as a kubelet tells it (Kubernetes: <c>pkg/kubelet/cri/streaming/remotecommand/exec.go</c>).</summary>
internal static class ExecStatus
{
    /// <summary>The command has ended.</summary>
    /// <param name="exitCode">Its exit code.</param>
    /// <param name="command">The command.</param>
    /// <returns>A <c>Status</c> object.</returns>
    public static JsonObject Ended(int exitCode, IReadOnlyList<string> command)
    {
        if (exitCode == 0)
        {
            return new JsonObject { ["metadata"] = new JsonObject(), ["status"] = "Success" };
        }

        string code = exitCode.ToString(CultureInfo.InvariantCulture);
        return new JsonObject
        {
            ["metadata"] = new JsonObject(),
            ["status"] = "Failure",
            ["message"] = $"command terminated with non-zero exit code: error executing command [{string.Join(' ', command)}], exit code {code}",
            ["reason"] = "NonZeroExitCode",
            ["details"] = new JsonObject { ["causes"] = new JsonArray(new JsonObject { ["reason"] = "ExitCode", ["message"] = code }) },
        };
    }

    /// <summary>The command could not be run.</summary>
    /// <param name="why">Why.</param>
    /// <returns>A <c>Status</c> object.</returns>
    public static JsonObject NotRun(string why)
    {
        string message = $"error executing command in container: {why}";
        return new JsonObject
        {
            ["metadata"] = new JsonObject(),
            ["status"] = "Failure",
            ["message"] = $"Internal error occurred: {message}",
            ["reason"] = "InternalError",
            ["details"] = new JsonObject { ["causes"] = new JsonArray(new JsonObject { ["message"] = message }) },
            ["code"] = 500,
        };
    }
}
