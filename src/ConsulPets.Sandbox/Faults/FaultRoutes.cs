using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using ConsulPets.Sandbox.Api;
using ConsulPets.Sandbox.Pods;
using ConsulPets.Sandbox.Store;
using Microsoft.AspNetCore.Http;

namespace ConsulPets.Sandbox.Faults;

/// <summary>Answers the paths through which faults are ordered, and what happens to pods and nodes that no API call does. docs/sandbox-faults.md is their description.</summary>
internal sealed class FaultRoutes
{
    private const string Root = "/sandbox";
    private const int LargestBody = 64 * 1024;

    private readonly FaultRules rules;
    private readonly ObjectStore store;
    private readonly INodeFaults nodes;
    private readonly Dictionary<FaultRoute, Func<HttpContext, IReadOnlyList<string>, Task>> handlers;

    /// <summary>Makes them.</summary>
    /// <param name="rules">The faults that are ordered.</param>
    /// <param name="store">The objects.</param>
    /// <param name="nodes">What pods and nodes suffer through.</param>
    public FaultRoutes(FaultRules rules, ObjectStore store, INodeFaults nodes)
    {
        this.rules = rules;
        this.store = store;
        this.nodes = nodes;
        handlers = new()
        {
            [new("POST", "/sandbox/faults")] = OrderAsync,
            [new("GET", "/sandbox/faults")] = ShowAsync,
            [new("DELETE", "/sandbox/faults")] = ClearAsync,
            [new("DELETE", "/sandbox/faults/{id}")] = RemoveAsync,
            [new("POST", "/sandbox/watches/end")] = EndWatchesAsync,
            [new("POST", "/sandbox/compact")] = CompactAsync,
            [new("POST", "/sandbox/nodes/{node}/vanish")] = (context, values) => VanishAsync(context, values[0], true),
            [new("POST", "/sandbox/nodes/{node}/return")] = (context, values) => VanishAsync(context, values[0], false),
            [new("POST", "/sandbox/pods/{namespace}/{pod}/kill")] = KillAsync,
            [new("POST", "/sandbox/pods/{namespace}/{pod}/cut")] = (context, values) => CutAsync(context, values, true),
            [new("POST", "/sandbox/pods/{namespace}/{pod}/join")] = (context, values) => CutAsync(context, values, false),
            [new("GET", "/sandbox/state")] = StateAsync,
        };
    }

    /// <summary>All routes.</summary>
    public IReadOnlyCollection<FaultRoute> Routes => handlers.Keys;

    /// <summary>Whether a path is one of the sandbox's own, which faults spare.</summary>
    /// <param name="path">A request's path.</param>
    /// <returns>True if it is.</returns>
    public static bool AreOwn(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        return path == Root || path.StartsWith($"{Root}/", StringComparison.Ordinal);
    }

    /// <summary>Answers a request if its path is one of the sandbox's own. The caller has checked that an administrator asks.</summary>
    /// <param name="context">The request.</param>
    /// <returns>Whether it was.</returns>
    public async Task<bool> TryAnswerAsync(HttpContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        string path = context.Request.Path.Value ?? string.Empty;
        if (!AreOwn(path))
        {
            return false;
        }

        try
        {
            await AnswerAsync(context, path).ConfigureAwait(false);
        }
        catch (ApiException refusal)
        {
            await FaultAnswers.SendAsync(context, refusal.Code, refusal.ToStatus()).ConfigureAwait(false);
        }

        return true;
    }

    private Task AnswerAsync(HttpContext context, string path)
    {
        List<string> methods = [];
        foreach ((FaultRoute route, Func<HttpContext, IReadOnlyList<string>, Task> handler) in handlers)
        {
            if (route.ValuesIn(path) is { } values)
            {
                if (context.Request.Method == route.Method)
                {
                    return handler(context, values);
                }

                methods.Add(route.Method);
            }
        }

        if (methods.Count == 0)
        {
            throw new ApiException(404, "NotFound", $"{path} is no path of the sandbox");
        }

        context.Response.Headers.Allow = string.Join(", ", methods);
        throw new ApiException(405, "MethodNotAllowed", $"{path} takes {string.Join(" and ", methods)}, not {context.Request.Method}");
    }

    private async Task OrderAsync(HttpContext context, IReadOnlyList<string> values)
    {
        JsonObject order = await ReadBodyAsync(context).ConfigureAwait(false) ?? throw ApiException.BadRequest("the body must be a fault, a JSON object");
        await FaultAnswers.SendAsync(context, 201, FaultRuleJson.Write(rules.Add(FaultRuleJson.Read(order)))).ConfigureAwait(false);
    }

    private Task ShowAsync(HttpContext context, IReadOnlyList<string> values) =>
        FaultAnswers.SendAsync(context, 200, new JsonObject { ["faults"] = new JsonArray([.. rules.List().Select(static fault => (JsonNode)FaultRuleJson.Write(fault))]) });

    private Task ClearAsync(HttpContext context, IReadOnlyList<string> values) => FaultAnswers.SendAsync(context, 200, new JsonObject { ["removed"] = rules.Clear() });

    private Task RemoveAsync(HttpContext context, IReadOnlyList<string> values) => FaultAnswers.SendAsync(
        context, 200, FaultRuleJson.Write(rules.Remove(values[0]) ?? throw new ApiException(404, "NotFound", $"there is no fault \"{values[0]}\"")));

    private async Task EndWatchesAsync(HttpContext context, IReadOnlyList<string> values)
    {
        JsonObject which = await ReadBodyAsync(context).ConfigureAwait(false) ?? [];
        if (which.FirstOrDefault(static field => field.Key is not ("group" or "resource")).Key is { } strange)
        {
            throw ApiException.BadRequest($"{strange} is no field of this: group and resource are");
        }

        string? group = FaultRuleJson.Text(which, "group");
        string? resource = FaultRuleJson.Text(which, "resource");
        if (resource is null && group is not null)
        {
            throw ApiException.BadRequest("group goes with resource only");
        }

        int ended = OpenWatches.End(store, resource is null ? null : FaultRuleJson.FindKind(group, resource));
        await FaultAnswers.SendAsync(context, 200, new JsonObject { ["ended"] = ended }).ConfigureAwait(false);
    }

    private Task CompactAsync(HttpContext context, IReadOnlyList<string> values)
    {
        store.Compact();
        return FaultAnswers.SendAsync(context, 200, new JsonObject { ["revision"] = store.Revision });
    }

    private Task VanishAsync(HttpContext context, string node, bool isGone) => nodes.Vanish(node, isGone)
        ? SucceedAsync(context, isGone ? $"node {node} has vanished" : $"node {node} is back")
        : throw ApiException.NotFound(ResourceKinds.Nodes, node);

    private Task KillAsync(HttpContext context, IReadOnlyList<string> values) => nodes.Kill(values[0], values[1])
        ? SucceedAsync(context, $"the processes of pod {values[0]}/{values[1]} were killed")
        : throw (store.Get(ResourceKinds.Pods.Key(values[0], values[1])) is null
            ? ApiException.NotFound(ResourceKinds.Pods, values[1])
            : ApiException.Conflict(ResourceKinds.Pods, values[1], "no process of it runs"));

    private Task CutAsync(HttpContext context, IReadOnlyList<string> values, bool isCut) => nodes.Cut(values[0], values[1], isCut)
        ? SucceedAsync(context, $"pod {values[0]}/{values[1]} {(isCut ? "is cut off from other pods" : "reaches other pods again")}")
        : throw ApiException.NotFound(ResourceKinds.Pods, values[1]);

    private Task StateAsync(HttpContext context, IReadOnlyList<string> values)
    {
        var objects = new JsonObject();
        foreach (ResourceKind kind in ResourceKinds.All)
        {
            objects[kind.QualifiedName] = store.List(kind.Group, kind.Plural).Items.Count;
        }

        return FaultAnswers.SendAsync(context, 200, new JsonObject
        {
            ["revision"] = store.Revision,
            ["watches"] = store.Watchers,
            ["faults"] = rules.List().Count,
            ["objects"] = objects,
            ["memory"] = new JsonObject { ["managedBytes"] = GC.GetTotalMemory(forceFullCollection: false), ["workingSetBytes"] = Environment.WorkingSet },
        });
    }

    private static Task SucceedAsync(HttpContext context, string message) => FaultAnswers.SendAsync(context, 200, new JsonObject
    {
        ["kind"] = "Status",
        ["apiVersion"] = "v1",
        ["metadata"] = new JsonObject(),
        ["status"] = "Success",
        ["message"] = message,
        ["code"] = 200,
    });

    // Null for no body at all.
    private static async Task<JsonObject?> ReadBodyAsync(HttpContext context)
    {
        using var body = new MemoryStream();
        byte[] buffer = new byte[8192];
        while (await context.Request.Body.ReadAsync(buffer, context.RequestAborted).ConfigureAwait(false) is var count and > 0)
        {
            body.Write(buffer, 0, count);
            if (body.Length > LargestBody)
            {
                throw new ApiException(413, "RequestEntityTooLarge", string.Create(CultureInfo.InvariantCulture, $"the body may have {LargestBody} bytes"));
            }
        }

        if (body.Length == 0)
        {
            return null;
        }

        try
        {
            return JsonNode.Parse(body.ToArray(), documentOptions: new JsonDocumentOptions { AllowDuplicateProperties = false }) as JsonObject
                ?? throw ApiException.BadRequest("the body must be a JSON object");
        }
        catch (JsonException wrong)
        {
            throw ApiException.BadRequest($"the body is no JSON: {wrong.Message}");
        }
    }
}
