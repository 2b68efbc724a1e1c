using System.Globalization;
using System.Text.Json.Nodes;

namespace ConsulPets.Fakes;

/// <summary>
/// The objects of a Kubernetes cluster, by namespace, resource and name, behind the routes of a <see cref="FakeApiServer"/>: lists with simple selectors,
/// server-side apply with dry runs and generations, deletes with preconditions, evictions, discovery. Every change is sent to the watches.
/// </summary>
public sealed class FakeCluster
{
    private const string Group = "/(?:api/v1|apis/(?<group>[^/]+)/[^/]+)(?:/namespaces/(?<ns>[^/]+))?/(?<plural>[a-z]+)";
    private readonly Lock gate = new();
    private readonly Dictionary<(string Namespace, string Plural, string Name), JsonObject> objects = [];
    private readonly FakeApiServer server;
    private int version = 100;

    public FakeCluster(FakeApiServer server)
    {
        ArgumentNullException.ThrowIfNull(server);
        this.server = server;
        server.On("GET", "/apis/(?<group>[^/]+)", DiscoverAsync);
        server.On("GET", Group, call => call.Request.IsWatch ? server.Watches.ServeAsync(call.Request, call.Context) : ListAsync(call));
        server.On("GET", Group + "/(?<name>[^/]+)", call => Find(call["ns"], call["plural"], call["name"]) is { } found ? call.AnswerAsync(found) : NotFoundAsync(call));
        server.On("POST", Group, CreateAsync);
        server.On("PUT", Group + "/(?<name>[^/]+)", ReplaceAsync);
        server.On("PATCH", Group + "/(?<name>[^/]+)", ApplyAsync);
        server.On("DELETE", Group + "/(?<name>[^/]+)", DeleteAsync);
        server.On("POST", "/api/v1/namespaces/(?<ns>[^/]+)/(?<plural>pods)/(?<name>[^/]+)/eviction", DeleteAsync);
    }

    /// <summary>The versions that each API group serves, the preferred one first. A group that is not here is not known.</summary>
    public Dictionary<string, string[]> Groups { get; } = new()
    {
        ["policy"] = ["v1"],
        ["apps"] = ["v1"],
        ["discovery.k8s.io"] = ["v1"],
        ["storage.k8s.io"] = ["v1"],
    };

    /// <summary>Fields, such as <c>.spec.minReadySeconds</c>, that this cluster's schema does not have.</summary>
    public HashSet<string> UndeclaredFields { get; } = [];

    /// <summary>Told of each object that was deleted; what a controller would do then.</summary>
    public Action<string, JsonObject>? OnDeleted { get; set; }

    public JsonObject? Find(string space, string plural, string name)
    {
        lock (gate)
        {
            return objects.TryGetValue((space, plural, name), out JsonObject? found) ? found.DeepClone().AsObject() : null;
        }
    }

    public IReadOnlyList<JsonObject> All(string plural)
    {
        lock (gate)
        {
            return [.. objects.Where(pair => pair.Key.Plural == plural).Select(static pair => pair.Value.DeepClone().AsObject())];
        }
    }

    /// <summary>Stores an object as it is, with the metadata that the server gives. Without an event unless one is asked for.</summary>
    public JsonObject Put(string plural, JsonObject item, bool announce = false)
    {
        ArgumentNullException.ThrowIfNull(item);
        JsonObject metadata = item["metadata"]!.AsObject();
        lock (gate)
        {
            metadata["uid"] ??= Guid.NewGuid().ToString();
            metadata["generation"] ??= 1;
            metadata["creationTimestamp"] ??= DateTimeOffset.UtcNow.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture);
            metadata["resourceVersion"] = (++version).ToString(CultureInfo.InvariantCulture);
            objects[((string?)metadata["namespace"] ?? string.Empty, plural, (string)metadata["name"]!)] = item;
        }

        if (announce)
        {
            server.Watches.Push(plural, "MODIFIED", item);
        }

        return item;
    }

    /// <summary>Changes a stored object, and tells the watches.</summary>
    public void Change(string space, string plural, string name, Action<JsonObject> change)
    {
        ArgumentNullException.ThrowIfNull(change);
        JsonObject item = Find(space, plural, name) ?? throw new ArgumentException($"there is no {plural} {space}/{name}", nameof(name));
        change(item);
        Put(plural, item, announce: true);
    }

    /// <summary>Takes an object away, and tells the watches.</summary>
    public bool Remove(string space, string plural, string name)
    {
        JsonObject? item;
        lock (gate)
        {
            if (!objects.Remove((space, plural, name), out item))
            {
                return false;
            }
        }

        server.Watches.Push(plural, "DELETED", item);
        OnDeleted?.Invoke(plural, item);
        return true;
    }

    private Task DiscoverAsync(FakeCall call)
    {
        string group = call["group"];
        if (!Groups.TryGetValue(group, out string[]? versions))
        {
            return NotFoundAsync(call);
        }

        JsonObject[] served = [.. versions.Select(name => new JsonObject { ["groupVersion"] = $"{group}/{name}", ["version"] = name })];
        return call.AnswerAsync(new JsonObject { ["kind"] = "APIGroup", ["apiVersion"] = "v1", ["name"] = group, ["preferredVersion"] = served[0].DeepClone(), ["versions"] = new JsonArray(served) });
    }

    private Task ListAsync(FakeCall call)
    {
        string space = call["ns"];
        JsonNode[] items = [.. All(call["plural"])
            .Where(item => space.Length == 0 || (string?)item["metadata"]!["namespace"] == space)
            .Where(item => FakeSelectors.Fits(item, call.Parameter("labelSelector"), call.Parameter("fieldSelector")))
            .OrderBy(static item => (string)item["metadata"]!["name"]!, StringComparer.Ordinal)];
        return call.AnswerAsync(new JsonObject
        {
            ["kind"] = "List",
            ["apiVersion"] = "v1",
            ["metadata"] = new JsonObject { ["resourceVersion"] = version.ToString(CultureInfo.InvariantCulture) },
            ["items"] = new JsonArray(items),
        });
    }

    private Task CreateAsync(FakeCall call)
    {
        JsonObject made = call.Json();
        string name = (string)made["metadata"]!["name"]!;
        return Find(call["ns"], call["plural"], name) is null
            ? call.AnswerAsync(Put(call["plural"], made, announce: true).DeepClone(), 201)
            : call.StatusAsync(409, "AlreadyExists", $"{call["plural"]} \"{name}\" already exists");
    }

    private Task ReplaceAsync(FakeCall call)
    {
        JsonObject made = call.Json();
        return Find(call["ns"], call["plural"], call["name"]) is not { } known ? NotFoundAsync(call)
            : IsOutdated(made, known) ? OutdatedAsync(call)
            : call.AnswerAsync(Put(call["plural"], made, announce: true).DeepClone());
    }

    private static bool IsOutdated(JsonObject sent, JsonObject? known) =>
        (string?)sent["metadata"]?["resourceVersion"] is { } version && version != (string?)known?["metadata"]?["resourceVersion"];

    private static Task OutdatedAsync(FakeCall call) => call.StatusAsync(
        409, "Conflict", $"Operation cannot be fulfilled on {call["plural"]} \"{call["name"]}\": the object has been modified; please apply your changes to the latest version and try again");

    private Task ApplyAsync(FakeCall call)
    {
        JsonObject applied = call.Json();
        if (UndeclaredFields.FirstOrDefault(field => Has(applied, field)) is { } undeclared)
        {
            string what = $"{call["ns"]}/{call["name"]}; {applied["apiVersion"]}, Kind={applied["kind"]}";
            return call.StatusAsync(500, "InternalError", $"failed to create typed patch object ({what}): {undeclared}: field not declared in schema");
        }

        JsonObject? known = Find(call["ns"], call["plural"], call["name"]);
        if (IsOutdated(applied, known))
        {
            return OutdatedAsync(call);
        }

        JsonObject result = known?.DeepClone().AsObject() ?? [];
        Merge(result, applied);
        JsonObject metadata = result["metadata"]!.AsObject();
        if (known is null)
        {
            metadata["generation"] = 1;
        }
        else if (!JsonNode.DeepEquals(known["spec"], result["spec"]))
        {
            metadata["generation"] = (int)known["metadata"]!["generation"]! + 1;
        }

        if (!call.Request.IsDryRun && (known is null || !JsonNode.DeepEquals(known, result)))
        {
            result = Put(call["plural"], result, announce: true).DeepClone().AsObject();
        }

        metadata = result["metadata"]!.AsObject();
        metadata["uid"] ??= "dry-run";
        return call.AnswerAsync(result, known is null ? 201 : 200);
    }

    private Task DeleteAsync(FakeCall call)
    {
        JsonObject body = call.Request.Body.Length > 0 ? call.Json() : [];
        JsonObject? known = Find(call["ns"], call["plural"], call["name"]);
        if (known is null)
        {
            return NotFoundAsync(call);
        }

        string? wanted = (string?)((body["deleteOptions"] ?? body)["preconditions"]?["uid"]);
        string uid = (string)known["metadata"]!["uid"]!;
        if (wanted is not null && wanted != uid)
        {
            return call.StatusAsync(409, "Conflict", $"Precondition failed: UID in precondition: {wanted}, UID in object meta: {uid}");
        }

        string? propagation = (string?)body["propagationPolicy"];
        Remove(call["ns"], call["plural"], call["name"]);
        if (propagation != "Orphan")
        {
            foreach (JsonObject owned in All("pods").Where(pod => FakeSelectors.IsOwnedBy(pod, uid)))
            {
                Remove(call["ns"], "pods", (string)owned["metadata"]!["name"]!);
            }
        }

        return call.AnswerAsync(new JsonObject { ["kind"] = "Status", ["apiVersion"] = "v1", ["status"] = "Success" });
    }

    private static Task NotFoundAsync(FakeCall call) => call.StatusAsync(404, "NotFound", $"{call["plural"]}{(call["group"].Length > 0 ? "." + call["group"] : string.Empty)} \"{call["name"]}\" not found");

    private static bool Has(JsonObject item, string field)
    {
        JsonNode? node = item;
        foreach (string part in field.TrimStart('.').Split('.'))
        {
            node = (node as JsonObject)?[part];
        }

        return node is not null;
    }

    private static void Merge(JsonObject into, JsonObject from)
    {
        foreach ((string name, JsonNode? value) in from)
        {
            if (value is JsonObject part && into[name] is JsonObject known)
            {
                Merge(known, part);
            }
            else if (value is null)
            {
                into.Remove(name);
            }
            else
            {
                into[name] = value.DeepClone();
            }
        }
    }
}
