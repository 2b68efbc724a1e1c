using System.Globalization;
using System.Text.Json.Nodes;
using ConsulPets.Sandbox.Api;
using ConsulPets.Sandbox.Store;

namespace ConsulPets.Sandbox.Controllers;

/// <summary>Writes events, as controllers and nodes do. One that repeats is counted, not written again.</summary>
public sealed class EventRecorder
{
    // What is forgotten is written anew once instead of being counted on: no harm, and memory stays bounded.
    private const int Remembered = 4096;

    private readonly ObjectRegistry registry;
    private readonly Lock gate = new();
    private readonly Dictionary<Subject, string> names = [];
    private readonly Queue<Subject> order = new();

    /// <summary>Makes one.</summary>
    /// <param name="registry">Where they are written.</param>
    public EventRecorder(ObjectRegistry registry) => this.registry = registry;

    /// <summary>Writes an event.</summary>
    /// <param name="about">The object that it is about.</param>
    /// <param name="type"><c>Normal</c> or <c>Warning</c>.</param>
    /// <param name="reason">The machine's word: <c>SuccessfulCreate</c>.</param>
    /// <param name="message">The sentence.</param>
    /// <param name="component">Who says it: <c>statefulset-controller</c>.</param>
    public void Record(StoredObject about, string type, string reason, string message, string component) =>
        Record(about, type, reason, message, new EventSource(component));

    /// <summary>Writes an event.</summary>
    /// <param name="about">The object that it is about.</param>
    /// <param name="type"><c>Normal</c> or <c>Warning</c>.</param>
    /// <param name="reason">The machine's word: <c>SuccessfulCreate</c>.</param>
    /// <param name="message">The sentence.</param>
    /// <param name="source">Who says it, and of which part.</param>
    public void Record(StoredObject about, string type, string reason, string message, EventSource source)
    {
        ArgumentNullException.ThrowIfNull(about);
        ArgumentNullException.ThrowIfNull(source);
        string place = about.Namespace.Length == 0 ? "default" : about.Namespace;
        var subject = new Subject(place, about.Uid, about.Key.Resource, about.Name, source, type, reason, message);
        string? known;
        lock (gate)
        {
            known = names.GetValueOrDefault(subject);
        }

        try
        {
            if (known is not null && CountOn(place, known, source.Component))
            {
                return;
            }

            StoredObject written = registry.Create(ResourceKinds.Events, place, Event(about, subject), new WriteRequest(source.Component));
            Remember(subject, written.Name);
        }
        catch (ApiException)
        {
            // The namespace went meanwhile: nobody is left to read it.
        }
    }

    private bool CountOn(string place, string name, string component)
    {
        if (registry.Find(ResourceKinds.Events, place, name) is null)
        {
            return false;
        }

        try
        {
            registry.Update(ResourceKinds.Events, place, name, json => Again(json), new WriteRequest(component));
            return true;
        }
        catch (ApiException gone) when (gone.Code == 404)
        {
            return false;
        }
    }

    private void Remember(Subject subject, string name)
    {
        lock (gate)
        {
            if (!names.ContainsKey(subject))
            {
                order.Enqueue(subject);
            }

            names[subject] = name;
            while (order.Count > Remembered)
            {
                names.Remove(order.Dequeue());
            }
        }
    }

    private JsonObject Again(JsonObject json)
    {
        if (json.Text("action") is null)
        {
            json["count"] = (json.Number("count") ?? 1) + 1;
            json["lastTimestamp"] = JsonText.Timestamp(registry.Clock.GetUtcNow());
        }
        else
        {
            json["series"] = new JsonObject { ["count"] = (json.Number("series", "count") ?? 1) + 1, ["lastObservedTime"] = JsonText.PreciseTimestamp(registry.Clock.GetUtcNow()) };
        }

        return json;
    }

    private JsonObject Event(StoredObject about, Subject subject)
    {
        var json = new JsonObject
        {
            ["metadata"] = new JsonObject { ["name"] = NewName(about.Name) },
            ["involvedObject"] = Reference(about, subject.Source.FieldPath),
            ["reason"] = subject.Reason,
            ["message"] = subject.Message,
            ["source"] = new JsonObject(),
            ["firstTimestamp"] = null,
            ["lastTimestamp"] = null,
            ["type"] = subject.Type,
            ["eventTime"] = null,
            ["reportingComponent"] = subject.Source.Component,
            ["reportingInstance"] = subject.Source.Host ?? string.Empty,
        };
        if (subject.Source.Action is { } action)
        {
            json["eventTime"] = JsonText.PreciseTimestamp(registry.Clock.GetUtcNow());
            json["action"] = action;
            json["reportingInstance"] = $"{subject.Source.Component}-sandbox";
            return json;
        }

        json["source"] = new JsonObject { ["component"] = subject.Source.Component };
        if (subject.Source.Host is { } host)
        {
            json["source"]!["host"] = host;
        }

        string now = JsonText.Timestamp(registry.Clock.GetUtcNow());
        json["firstTimestamp"] = now;
        json["lastTimestamp"] = now;
        json["count"] = 1;
        return json;
    }

    // The real one's names: the object's and the nanoseconds since 1970 in hexadecimal. The clock here has only hundreds of them: the rest is chance.
    private string NewName(string about)
    {
        long nanoseconds = ((registry.Clock.GetUtcNow() - DateTimeOffset.UnixEpoch).Ticks * 100) + Random.Shared.Next(10_000_000);
        return string.Create(CultureInfo.InvariantCulture, $"{about}.{nanoseconds:x}");
    }

    private static JsonObject Reference(StoredObject about, string? fieldPath)
    {
        var reference = new JsonObject { ["kind"] = about.Json["kind"]?.DeepClone(), ["name"] = about.Name, ["uid"] = about.Uid, ["apiVersion"] = about.Json["apiVersion"]?.DeepClone() };
        reference["resourceVersion"] = about.Json.Text("metadata", "resourceVersion");
        if (about.Namespace.Length > 0)
        {
            reference["namespace"] = about.Namespace;
        }

        if (fieldPath is not null)
        {
            reference["fieldPath"] = fieldPath;
        }

        return reference;
    }

    private sealed record Subject(string Place, string Uid, string Resource, string Name, EventSource Source, string Type, string Reason, string Message);
}
