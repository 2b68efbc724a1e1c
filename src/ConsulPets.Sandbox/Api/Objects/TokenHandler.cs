using System.Text.Json.Nodes;
using ConsulPets.Sandbox.Api.Access;
using ConsulPets.Sandbox.Api.Wire;
using ConsulPets.Sandbox.Store;

namespace ConsulPets.Sandbox.Api.Objects;

/// <summary>Answers for <c>serviceaccounts/token</c>: issues a token.</summary>
internal sealed class TokenHandler
{
    private const long ShortestSeconds = 600;
    private const long LongestSeconds = 1L << 32;
    private const long UsualSeconds = 3600;

    private readonly ObjectRegistry registry;
    private readonly ServiceAccountTokens tokens;

    /// <summary>Makes one.</summary>
    /// <param name="registry">The objects.</param>
    /// <param name="tokens">Issues tokens.</param>
    public TokenHandler(ObjectRegistry registry, ServiceAccountTokens tokens)
    {
        this.registry = registry;
        this.tokens = tokens;
    }

    /// <summary>Issues a token.</summary>
    /// <param name="call">The request.</param>
    /// <returns>When it is answered.</returns>
    public async Task CreateAsync(ApiCall call)
    {
        ArgumentNullException.ThrowIfNull(call);
        WriteOptions options = call.Writing("CreateOptions");
        JsonObject request = SentObject.Object(await RequestBody.ReadObjectAsync(call.Http.Request, "TokenRequest").ConfigureAwait(false), "TokenRequest");
        StoredObject account = registry.Find(call.Kind, call.Request.Namespace, call.Request.Name) ?? throw ApiException.NotFound(call.Kind, call.Request.Name);
        JsonObject spec = request.Make("spec");
        long seconds = spec.Number("expirationSeconds") ?? UsualSeconds;
        Require(seconds);
        string[] audiences = [.. spec.Texts("audiences")];
        (string token, DateTimeOffset expires) = tokens.Issue(account, audiences, TimeSpan.FromSeconds(seconds), Bound(call, spec.Part("boundObjectRef")));
        spec["audiences"] = new JsonArray([.. (audiences.Length == 0 ? [ServiceAccountTokens.Issuer] : audiences).Select(static audience => (JsonNode)audience)]);
        spec["expirationSeconds"] = seconds;
        if (!spec.ContainsKey("boundObjectRef"))
        {
            spec["boundObjectRef"] = null;
        }

        await ApiResponse.WriteAsync(call.Http, 201, new JsonObject
        {
            ["kind"] = "TokenRequest",
            ["apiVersion"] = "authentication.k8s.io/v1",
            ["metadata"] = new JsonObject { ["name"] = account.Name, ["namespace"] = account.Namespace, ["creationTimestamp"] = JsonText.Timestamp(registry.Clock.GetUtcNow()) },
            ["spec"] = spec.DeepClone(),
            ["status"] = new JsonObject { ["token"] = options.IsDryRun ? string.Empty : token, ["expirationTimestamp"] = JsonText.Timestamp(expires) },
        }).ConfigureAwait(false);
    }

    private static void Require(long seconds)
    {
        string? why = seconds < ShortestSeconds ? "may not specify a duration less than 10 minutes" : seconds > LongestSeconds ? "may not specify a duration larger than 2^32 seconds" : null;
        if (why is not null)
        {
            throw Refusals.InvalidOptions("TokenRequest", new FieldProblem("FieldValueInvalid", "spec.expirationSeconds", $"Invalid value: {seconds}: {why}"), "authentication.k8s.io");
        }
    }

    private StoredObject? Bound(ApiCall call, JsonObject? reference)
    {
        if (reference is null)
        {
            return null;
        }

        ResourceKind kind = reference.Text("kind") switch
        {
            "Pod" => ResourceKinds.Pods,
            "Secret" => ResourceKinds.Secrets,
            _ => throw ApiException.BadRequest($"cannot bind token for serviceaccount to object {reference.Text("apiVersion")}, Kind={reference.Text("kind")}"),
        };
        string name = reference.Text("name") ?? string.Empty;
        StoredObject bound = registry.Find(kind, call.Request.Namespace, name) ?? throw ApiException.NotFound(kind, name);
        return reference.Text("uid") is { Length: > 0 } uid && uid != bound.Uid
            ? throw ApiException.Conflict(kind, name, $"the UID in the bound object reference ({uid}) does not match the UID in record. The object might have been deleted and then recreated")
            : bound;
    }
}
