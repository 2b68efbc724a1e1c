using System.Globalization;
using System.Text.Json.Nodes;
using ConsulPets.Sandbox.Store;

namespace ConsulPets.Sandbox.Api.Tables;

/// <summary>A pod's cells, by the rules of kubernetes/pkg/printers/internalversion (printPod): the status is the most telling word that any container has.</summary>
internal static class PodCells
{
    /// <summary>Makes them.</summary>
    /// <param name="json">The pod.</param>
    /// <param name="now">The time.</param>
    /// <returns>The cells.</returns>
    public static JsonNode?[] Make(JsonObject json, DateTimeOffset now)
    {
        (string reason, int ready, long restarts, DateTimeOffset? lastRestart) = Summary(json);
        string restartText = restarts.ToString(CultureInfo.InvariantCulture);
        return
        [
            TableColumns.Name(json),
            string.Create(CultureInfo.InvariantCulture, $"{ready}/{json.Items("spec", "containers").Count()}"),
            reason,
            restarts > 0 && lastRestart is not null ? $"{restartText} ({HumanAge.Text(now - lastRestart.Value)} ago)" : restartText,
            TableColumns.Age(json, now),
            json.Text("status", "podIP") is { Length: > 0 } address ? address : "<none>",
            json.Text("spec", "nodeName") is { Length: > 0 } node ? node : "<none>",
            json.Text("status", "nominatedNodeName") is { Length: > 0 } nominated ? nominated : "<none>",
            Gates(json),
        ];
    }

    private static (string Reason, int Ready, long Restarts, DateTimeOffset? LastRestart) Summary(JsonObject json)
    {
        string reason = json.Text("status", "reason") is { Length: > 0 } why ? why : json.Text("status", "phase") ?? string.Empty;
        if (json.Items("status", "conditions").Any(static condition => condition.Text("type") == "PodScheduled" && condition.Text("reason") == "SchedulingGated"))
        {
            reason = "SchedulingGated";
        }

        JsonObject[] initial = [.. json.Items("status", "initContainerStatuses")];
        JsonObject[] containers = [.. json.Items("status", "containerStatuses")];
        int ready = 0;
        JsonObject[] counted = containers;
        if (InitialReason(json, initial) is { } starting)
        {
            reason = starting;
            counted = initial;
        }
        else
        {
            bool hasRunning = false;
            foreach (JsonObject status in containers.Reverse())
            {
                bool isRunning = status.Truth("ready") == true && status.Part("state", "running") is not null;
                hasRunning |= isRunning;
                ready += isRunning ? 1 : 0;
                reason = ContainerReason(status) ?? reason;
            }

            // One container has completed, another runs: the pod runs.
            if (reason == "Completed" && hasRunning)
            {
                reason = json.Items("status", "conditions").Any(static condition => condition.Text("type") == "Ready" && condition.Text("status") == "True") ? "Running" : "NotReady";
            }
        }

        if (json.Text("metadata", "deletionTimestamp") is not null)
        {
            reason = json.Text("status", "reason") == "NodeLost" ? "Unknown" : json.Text("status", "phase") is "Succeeded" or "Failed" ? reason : "Terminating";
        }

        return (reason, ready, counted.Sum(static status => status.Number("restartCount") ?? 0), counted.Select(LastEnd).Max());
    }

    // What the first init container that has not done its work says; null when all have.
    private static string? InitialReason(JsonObject json, JsonObject[] initial)
    {
        for (int index = 0; index < initial.Length; index++)
        {
            JsonObject status = initial[index];
            if (status.Part("state", "terminated") is { } ended)
            {
                if (ended.Number("exitCode") == 0)
                {
                    continue;
                }

                return $"Init:{(ended.Text("reason") is { Length: > 0 } why ? why : ExitReason(ended))}";
            }

            return status.Text("state", "waiting", "reason") is { Length: > 0 } waiting and not "PodInitializing"
                ? $"Init:{waiting}"
                : string.Create(CultureInfo.InvariantCulture, $"Init:{index}/{json.Items("spec", "initContainers").Count()}");
        }

        return null;
    }

    private static string? ContainerReason(JsonObject status)
    {
        if (status.Text("state", "waiting", "reason") is { Length: > 0 } waiting)
        {
            return waiting;
        }

        return status.Part("state", "terminated") is not { } ended ? null
            : ended.Text("reason") is { Length: > 0 } why ? why
            : ExitReason(ended);
    }

    private static string ExitReason(JsonObject ended) => ended.Number("signal") is { } signal and not 0
        ? string.Create(CultureInfo.InvariantCulture, $"Signal:{signal}")
        : string.Create(CultureInfo.InvariantCulture, $"ExitCode:{ended.Number("exitCode") ?? 0}");

    private static DateTimeOffset? LastEnd(JsonObject status) =>
        DateTimeOffset.TryParse(status.Text("lastState", "terminated", "finishedAt"), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out DateTimeOffset time) ? time : null;

    private static string Gates(JsonObject json)
    {
        string[] gates = [.. json.Items("spec", "readinessGates").Select(static gate => gate.Text("conditionType") ?? string.Empty)];
        int passed = gates.Count(gate => json.Items("status", "conditions").Any(condition => condition.Text("type") == gate && condition.Text("status") == "True"));
        return gates.Length == 0 ? "<none>" : string.Create(CultureInfo.InvariantCulture, $"{passed}/{gates.Length}");
    }
}
