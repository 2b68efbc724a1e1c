using System.Text.Json.Nodes;
using ConsulPets.Sandbox.Store;

namespace ConsulPets.Sandbox.Admission;

/// <summary>Rules of probes and of what is run when a container starts and ends.</summary>
internal static class ProbeRules
{
    /// <summary>Judges a probe.</summary>
    /// <param name="probe">The probe; null for none.</param>
    /// <param name="path">Its path.</param>
    /// <param name="isReadiness">Whether it tells of readiness: the others must succeed at once, and only they may shorten the time to end.</param>
    /// <param name="problems">Where what is wrong goes.</param>
    public static void Check(JsonObject? probe, string path, bool isReadiness, ProblemList problems)
    {
        if (probe is null)
        {
            return;
        }

        CheckHandler(probe, path, problems, "exec", "httpGet", "tcpSocket", "grpc");
        foreach (string field in (ReadOnlySpan<string>)["initialDelaySeconds", "timeoutSeconds", "periodSeconds", "successThreshold", "failureThreshold"])
        {
            problems.NotNegative($"{path}.{field}", probe.Number(field));
        }

        if (!isReadiness && probe.Number("successThreshold") is { } successes && successes != 1)
        {
            problems.Invalid($"{path}.successThreshold", successes, "must be 1");
        }

        if (probe.Number("terminationGracePeriodSeconds") is { } seconds)
        {
            if (isReadiness)
            {
                problems.Invalid($"{path}.terminationGracePeriodSeconds", seconds, "must not be set for readinessProbes");
            }
            else if (seconds <= 0)
            {
                problems.Invalid($"{path}.terminationGracePeriodSeconds", seconds, "must be greater than 0");
            }
        }
    }

    /// <summary>Judges what is run when a container starts and ends.</summary>
    /// <param name="lifecycle">The handlers; null for none.</param>
    /// <param name="path">Their path.</param>
    /// <param name="problems">Where what is wrong goes.</param>
    public static void CheckLifecycle(JsonObject? lifecycle, string path, ProblemList problems)
    {
        foreach (string name in (ReadOnlySpan<string>)["postStart", "preStop"])
        {
            if (lifecycle.Part(name) is { } handler)
            {
                CheckHandler(handler, $"{path}.{name}", problems, "exec", "httpGet", "tcpSocket", "sleep");
            }
        }
    }

    private static void CheckHandler(JsonObject handler, string path, ProblemList problems, params ReadOnlySpan<string> types)
    {
        int count = 0;
        foreach (string type in types)
        {
            if (handler.Part(type) is not { } action)
            {
                continue;
            }

            if (++count > 1)
            {
                problems.Forbidden($"{path}.{type}", "may not specify more than 1 handler type");
                continue;
            }

            CheckAction(type, action, $"{path}.{type}", problems);
        }

        if (count == 0)
        {
            problems.Required(path, "must specify a handler type");
        }
    }

    private static void CheckAction(string type, JsonObject action, string path, ProblemList problems)
    {
        switch (type)
        {
            case "exec" when action["command"] is not JsonArray { Count: > 0 }:
                problems.Required($"{path}.command");
                break;
            case "httpGet":
                if (action.Text("path") is null or "")
                {
                    problems.Required($"{path}.path");
                }

                PortRules.CheckNumberOrName($"{path}.port", action["port"], problems);
                problems.OneOf($"{path}.scheme", action.Text("scheme"), "HTTP", "HTTPS");
                foreach (JsonObject header in action.Items("httpHeaders"))
                {
                    problems.InvalidText($"{path}.httpHeaders", header.Text("name") ?? string.Empty, NameRules.Header(header.Text("name") ?? string.Empty));
                }

                break;
            case "tcpSocket":
                PortRules.CheckNumberOrName($"{path}.port", action["port"], problems);
                break;
            case "grpc":
                PortRules.CheckNumber($"{path}.port", action.Number("port") ?? 0, problems);
                break;
            case "sleep" when action.Number("seconds") is null or <= 0:
                problems.Invalid($"{path}.seconds", action.Number("seconds") ?? 0, "must be greater than 0 and less than terminationGracePeriodSeconds");
                break;
        }
    }
}
