using System.Text.Json.Nodes;
using ConsulPets.Sandbox.Api.Wire;
using ConsulPets.Sandbox.Store;

namespace ConsulPets.Sandbox.Api.Objects;

/// <summary>Answers for <c>pods/binding</c>: a scheduler gives a pod its node.</summary>
internal sealed class BindingHandler
{
    private readonly ObjectRegistry registry;

    /// <summary>Makes one.</summary>
    /// <param name="registry">The objects.</param>
    public BindingHandler(ObjectRegistry registry) => this.registry = registry;

    /// <summary>Binds a pod.</summary>
    /// <param name="call">The request.</param>
    /// <returns>When it is answered.</returns>
    public async Task CreateAsync(ApiCall call)
    {
        ArgumentNullException.ThrowIfNull(call);
        WriteOptions options = call.Writing("CreateOptions");
        JsonObject binding = SentObject.Object(await RequestBody.ReadObjectAsync(call.Http.Request, "Binding").ConfigureAwait(false), "Binding");
        SentObject.RequirePlace(call, binding);
        string node = binding.Text("target", "name") is { Length: > 0 } target
            ? target
            : throw Refusals.InvalidOptions("Binding", new FieldProblem("FieldValueRequired", "target.name", "Required value"), string.Empty, call.Request.Name);
        registry.Update(call.Kind, call.Request.Namespace, call.Request.Name, live => Assigned(live, node), call.ToWriteRequest(options));
        if (!options.IsDryRun)
        {
            registry.Update(call.Kind, call.Request.Namespace, call.Request.Name, Scheduled, new WriteRequest(options.Manager, call.Version, "status"));
        }

        await ApiResponse.WriteAsync(call.Http, 201, ApiResponse.Success(code: 201)).ConfigureAwait(false);
    }

    private static JsonObject Assigned(JsonObject live, string node)
    {
        string name = live.Text("metadata", "name") ?? string.Empty;
        string? why = live.Text("metadata", "deletionTimestamp") is not null ? $"pod {name} is being deleted, cannot be assigned to a host"
            : live.Text("spec", "nodeName") is { Length: > 0 } current ? $"pod {name} is already assigned to node \"{current}\""
            : null;
        if (why is not null)
        {
            throw new ApiException(
                409, "Conflict", $"Operation cannot be fulfilled on pods/binding \"{name}\": {why}", new JsonObject { ["name"] = name, ["kind"] = "pods/binding" });
        }

        live.Make("spec")["nodeName"] = node;
        return live;
    }

    private JsonObject Scheduled(JsonObject live)
    {
        JsonObject status = live.Make("status");
        JsonObject[] others = [.. status.Items("conditions").Where(static condition => condition.Text("type") != "PodScheduled").Select(static condition => (JsonObject)condition.DeepClone())];
        status["conditions"] = new JsonArray(
        [
            .. others,
            new JsonObject
            {
                ["type"] = "PodScheduled", ["status"] = "True", ["lastProbeTime"] = null, ["lastTransitionTime"] = JsonText.Timestamp(registry.Clock.GetUtcNow()),
            },
        ]);
        return live;
    }
}
