using System.Globalization;
using System.Text.Json.Nodes;
using ConsulPets.Sandbox.Store;

namespace ConsulPets.Sandbox.Controllers;

/// <summary>What a pod's fields say of how it is.</summary>
internal static class PodState
{
    /// <summary>The phase; a pod whose node has said nothing yet is pending.</summary>
    public static string Phase(JsonObject pod) => pod.Text("status", "phase") ?? "Pending";

    /// <summary>The node that it is bound to; null before.</summary>
    public static string? Node(JsonObject pod) => pod.Text("spec", "nodeName") is { Length: > 0 } node ? node : null;

    /// <summary>Where one of its containers is, as events say it: <c>spec.containers{consul}</c>.</summary>
    public static string FieldOf(JsonObject pod, JsonObject container)
    {
        string? name = container.Text("name");
        string list = pod.Items("spec", "initContainers").Any(init => init.Text("name") == name) ? "initContainers" : "containers";
        return $"spec.{list}{{{name}}}";
    }

    /// <summary>Whether it has ended for good.</summary>
    public static bool IsTerminal(JsonObject pod) => Phase(pod) is "Succeeded" or "Failed";

    /// <summary>Whether its deletion was asked for.</summary>
    public static bool IsTerminating(JsonObject pod) => pod.Text("metadata", "deletionTimestamp") is not null;

    /// <summary>A condition of any object that has them.</summary>
    public static JsonObject? Condition(JsonObject json, string type) => json.Items("status", "conditions").FirstOrDefault(item => item.Text("type") == type);

    /// <summary>Whether it is ready.</summary>
    public static bool IsReady(JsonObject pod) => Condition(pod, "Ready").Text("status") == "True";

    /// <summary>Whether it runs and is ready.</summary>
    public static bool IsRunningAndReady(JsonObject pod) => Phase(pod) == "Running" && IsReady(pod);

    /// <summary>How long a ready pod still has to stay so to be available; zero when it is; null when it is not ready.</summary>
    public static TimeSpan? UntilAvailable(JsonObject pod, long minReadySeconds, DateTimeOffset now)
    {
        if (!IsReady(pod))
        {
            return null;
        }

        if (minReadySeconds <= 0)
        {
            return TimeSpan.Zero;
        }

        DateTimeOffset since = Moment(Condition(pod, "Ready").Text("lastTransitionTime")) ?? now;
        TimeSpan left = since + TimeSpan.FromSeconds(minReadySeconds) - now;
        return left > TimeSpan.Zero ? left : TimeSpan.Zero;
    }

    /// <summary>Whether it is ready and has been so for long enough.</summary>
    public static bool IsAvailable(JsonObject pod, long minReadySeconds, DateTimeOffset now) => UntilAvailable(pod, minReadySeconds, now) == TimeSpan.Zero;

    /// <summary>A moment as objects carry it.</summary>
    public static DateTimeOffset? Moment(string? text) =>
        DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out DateTimeOffset moment) ? moment : null;

    /// <summary>When an object was made; the earliest moment when it does not say.</summary>
    public static DateTimeOffset Created(JsonObject json) => Moment(json.Text("metadata", "creationTimestamp")) ?? DateTimeOffset.MinValue;

    /// <summary>Sets a condition in an object's status; the moment of the last change is kept when the status word is the same.</summary>
    /// <returns>Whether anything but the time of the last look changed.</returns>
    public static bool SetCondition(JsonObject json, JsonObject condition, DateTimeOffset now)
    {
        JsonObject status = json.Make("status");
        if (status["conditions"] is not JsonArray conditions)
        {
            status["conditions"] = conditions = [];
        }

        JsonObject? known = conditions.OfType<JsonObject>().FirstOrDefault(item => item.Text("type") == condition.Text("type"));
        condition["lastTransitionTime"] = known.Text("status") == condition.Text("status") && known.Text("lastTransitionTime") is { } since ? since : JsonText.Timestamp(now);
        if (known is null)
        {
            conditions.Add(condition);
            return true;
        }

        if (JsonNode.DeepEquals(known, condition))
        {
            return false;
        }

        conditions[conditions.IndexOf(known)] = condition;
        return true;
    }
}
