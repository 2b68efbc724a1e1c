using System.Text;
using System.Text.Json.Nodes;
using ConsulPets.Sandbox.Api.Wire;
using Microsoft.AspNetCore.Http;

namespace ConsulPets.Sandbox.Api.Discovery;

/// <summary>Answers for paths that mean no object: health, version, discovery, OpenAPI.</summary>
internal static class PathHandler
{
    private static readonly string[] Checks = ["ping", "log", "etcd", "poststarthook/rbac/bootstrap-roles"];

    private static readonly string[] Paths = [.. new[]
    {
        "/api", "/api/v1", "/apis", "/healthz", "/livez", "/openapi/v2", "/openapi/v3", "/readyz", "/version",
    }.Concat(ServedResource.Groups.Select(static group => $"/apis/{group}"))
        .Concat(ServedResource.All.Where(static resource => resource.Group.Length > 0).Select(static resource => OpenApiOperation.Root(resource.Group, resource.Version)).Distinct())
        .Order(StringComparer.Ordinal)];

    /// <summary>Answers such a request.</summary>
    /// <param name="context">The request.</param>
    /// <param name="path">The path.</param>
    /// <returns>When it is answered.</returns>
    /// <exception cref="ApiException">The path may only be read.</exception>
    public static Task AnswerAsync(HttpContext context, string path)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(path);
        string trimmed = path.Length > 1 ? path.TrimEnd('/') : path;
        if (!HttpMethods.IsGet(context.Request.Method) && !HttpMethods.IsHead(context.Request.Method))
        {
            throw Refusals.MethodNotAllowed();
        }

        return trimmed switch
        {
            "/healthz" or "/livez" or "/readyz" => ApiResponse.WriteTextAsync(context, 200, Health(context, trimmed[1..])),
            "/version" => ApiResponse.WriteAsync(context, 200, ServerVersion.ToJson()),
            "/" => ApiResponse.WriteAsync(context, 200, Index()),
            "/openapi/v2" => OpenApiV2Async(context),
            "/openapi/v3" => ApiResponse.WriteAsync(context, 200, OpenApiV3.Index()),
            "/api" or "/apis" => DiscoveryAsync(context, trimmed == "/api"),
            _ => Document(trimmed) is { } document ? ApiResponse.WriteAsync(context, 200, document) : NotFoundAsync(context, trimmed),
        };
    }

    // Unknown groups and unknown everything else have answers of their own, as the real one's layers have.
    private static Task NotFoundAsync(HttpContext context, string path) => path.StartsWith("/api", StringComparison.Ordinal) || path.StartsWith("/openapi", StringComparison.Ordinal)
        ? ApiResponse.WriteTextAsync(context, 404, "404 page not found\n")
        : ApiResponse.WriteAsync(context, 404, Index());

    private static JsonObject Index() => new() { ["paths"] = new JsonArray([.. Paths.Select(static path => (JsonNode)path)]) };

    private static JsonObject? Document(string path) => path.Split('/') switch
    {
        ["", "api", var version] => DiscoveryDocuments.Resources(string.Empty, version),
        ["", "apis", var group] => DiscoveryDocuments.Group(group),
        ["", "apis", var group, var version] => DiscoveryDocuments.Resources(group, version),
        ["", "openapi", "v3", ..] => OpenApiV3.Document(path["/openapi/v3".Length..]),
        _ => null,
    };

    private static Task DiscoveryAsync(HttpContext context, bool isCore)
    {
        context.Response.Headers.Vary = "Accept";
        foreach (Dictionary<string, string> choice in Negotiation.Choices(context.Request.Headers))
        {
            if (choice[string.Empty] == "application/json" && choice.GetValueOrDefault("as") == "APIGroupDiscoveryList" && choice.GetValueOrDefault("g") == "apidiscovery.k8s.io"
                && choice.GetValueOrDefault("v") is { } version and ("v2" or "v2beta1"))
            {
                return ApiResponse.WriteAsync(
                    context, 200, DiscoveryDocuments.Aggregated(isCore, version), $"application/json;g=apidiscovery.k8s.io;v={version};as=APIGroupDiscoveryList");
            }

            if (choice[string.Empty] is "application/json" or "*/*" && !choice.ContainsKey("as"))
            {
                break;
            }
        }

        return ApiResponse.WriteAsync(context, 200, isCore ? DiscoveryDocuments.CoreVersions(context.Request.Host.ToString()) : DiscoveryDocuments.Groups());
    }

    private static Task OpenApiV2Async(HttpContext context)
    {
        bool isBinary = Negotiation.Choices(context.Request.Headers).Select(static choice => choice[string.Empty])
            .FirstOrDefault(static type => type is "application/json" or "*/*" or OpenApiV2.ProtobufType or OpenApiV2.AskedProtobufType)
            ?.EndsWith("+protobuf", StringComparison.Ordinal) == true;
        return isBinary
            ? ApiResponse.WriteAsync(context, 200, OpenApiV2.Protobuf, OpenApiV2.ProtobufType)
            : ApiResponse.WriteAsync(context, 200, OpenApiV2.Json());
    }

    private static string Health(HttpContext context, string name)
    {
        if (!context.Request.Query.ContainsKey("verbose"))
        {
            return "ok";
        }

        var text = new StringBuilder();
        foreach (string check in Checks)
        {
            text.Append("[+]").Append(check).Append(" ok\n");
        }

        return text.Append(name).Append(" check passed\n").ToString();
    }
}
