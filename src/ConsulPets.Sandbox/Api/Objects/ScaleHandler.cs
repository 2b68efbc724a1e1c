using System.Globalization;
using System.Text.Json.Nodes;
using ConsulPets.Sandbox.Api.Wire;
using ConsulPets.Sandbox.Store;

namespace ConsulPets.Sandbox.Api.Objects;

/// <summary>Answers for <c>scale</c>: how many replicas a workload has, as an object of its own (<c>autoscaling/v1</c>).</summary>
internal sealed class ScaleHandler
{
    private const string ApiVersion = "autoscaling/v1";

    private readonly ObjectRegistry registry;

    /// <summary>Makes one.</summary>
    /// <param name="registry">The objects.</param>
    public ScaleHandler(ObjectRegistry registry) => this.registry = registry;

    /// <summary>Answers such a request.</summary>
    /// <param name="call">The request.</param>
    /// <returns>When it is answered.</returns>
    public async Task AnswerAsync(ApiCall call)
    {
        ArgumentNullException.ThrowIfNull(call);
        StoredObject item = call.Request.Verb switch
        {
            "get" => registry.Find(call.Kind, call.Request.Namespace, call.Request.Name) ?? throw ApiException.NotFound(call.Kind, call.Request.Name),
            "update" => await UpdateAsync(call).ConfigureAwait(false),
            "patch" => await PatchAsync(call).ConfigureAwait(false),
            _ => throw Refusals.MethodNotAllowed(),
        };
        await ApiResponse.WriteAsync(call.Http, 200, Scale(item.Json)).ConfigureAwait(false);
    }

    /// <summary>A workload's scale.</summary>
    /// <param name="json">The workload.</param>
    /// <returns>The <c>Scale</c>.</returns>
    public static JsonObject Scale(JsonObject json)
    {
        var metadata = new JsonObject();
        foreach (string name in (ReadOnlySpan<string>)["name", "namespace", "uid", "resourceVersion", "creationTimestamp"])
        {
            metadata[name] = json.At("metadata", name)?.DeepClone();
        }

        // Zero is left out, as Go does with it.
        var spec = new JsonObject();
        if (json.Number("spec", "replicas") is { } replicas and not 0)
        {
            spec["replicas"] = replicas;
        }

        var status = new JsonObject { ["replicas"] = json.Number("status", "replicas") ?? 0 };
        if (json.Part("spec", "selector") is { } selector)
        {
            status["selector"] = string.Join(',', selector.Map("matchLabels").OrderBy(static pair => pair.Key, StringComparer.Ordinal).Select(static pair => $"{pair.Key}={pair.Value}"));
        }

        return new JsonObject { ["kind"] = "Scale", ["apiVersion"] = ApiVersion, ["metadata"] = metadata, ["spec"] = spec, ["status"] = status };
    }

    private async Task<StoredObject> UpdateAsync(ApiCall call)
    {
        WriteOptions options = call.Writing("UpdateOptions");
        RequestBody body = await RequestBody.ReadObjectAsync(call.Http.Request, "Scale").ConfigureAwait(false);
        JsonObject scale = SentObject.Object(body, "Scale");
        if ((scale.Text("kind") ?? "Scale") != "Scale" || (scale.Text("apiVersion") ?? ApiVersion) != ApiVersion)
        {
            throw ApiException.BadRequest($"expected input object type to be Scale, but {scale.Text("apiVersion")}, Kind={scale.Text("kind")}");
        }

        SentObject.RequirePlace(call, scale);
        return registry.Update(call.Kind, call.Request.Namespace, call.Request.Name, live => Change(call, live, scale), call.ToWriteRequest(options));
    }

    private async Task<StoredObject> PatchAsync(ApiCall call)
    {
        PatchBody patch = PatchBody.Parse(RequestBody.MediaType(call.Http.Request.ContentType), await RequestBody.ReadBytesAsync(call.Http.Request).ConfigureAwait(false));
        WriteOptions options = PatchHandler.Options(call, patch);
        return registry.Update(call.Kind, call.Request.Namespace, call.Request.Name, live => Change(call, live, patch.Apply(null, Scale(live))), call.ToWriteRequest(options));
    }

    private static JsonObject Change(ApiCall call, JsonObject live, JsonObject scale)
    {
        long replicas = scale.Number("spec", "replicas") ?? 0;
        if (replicas < 0)
        {
            throw Refusals.InvalidOptions(
                "Scale",
                new FieldProblem("FieldValueInvalid", "spec.replicas", string.Create(CultureInfo.InvariantCulture, $"Invalid value: {replicas}: must be greater than or equal to 0")),
                "autoscaling",
                call.Request.Name);
        }

        live.Make("spec")["replicas"] = replicas;
        if (scale.Text("metadata", "resourceVersion") is { Length: > 0 } seen)
        {
            live.Make("metadata")["resourceVersion"] = seen;
        }

        return live;
    }
}
