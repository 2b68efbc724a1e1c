using System.Text.Json.Nodes;

namespace ConsulPets.Sandbox.Api.Discovery;

/// <summary>The OpenAPI document of version 2, as JSON and as the protocol buffer that kubectl reads (github.com/google/gnostic, openapiv2/OpenAPIv2.proto).</summary>
internal static class OpenApiV2
{
    /// <summary>The content type of the protocol buffer.</summary>
    public const string ProtobufType = "application/com.github.proto-openapi.spec.v2.v1.0+protobuf";

    /// <summary>The same as clients ask for it. Go does not read it in an answer, since an @ may not stand there (kube-openapi, pkg/handler/handler.go).</summary>
    public const string AskedProtobufType = "application/com.github.proto-openapi.spec.v2@v1.0+protobuf";

    private const string KindExtension = "x-kubernetes-group-version-kind";

    private static readonly Lazy<byte[]> Encoded = new(Encode);

    /// <summary>The document as a protocol buffer.</summary>
    public static ReadOnlyMemory<byte> Protobuf => Encoded.Value;

    /// <summary>The document as JSON.</summary>
    /// <returns>JSON.</returns>
    public static JsonObject Json()
    {
        var paths = new JsonObject();
        foreach (OpenApiOperation operation in OpenApiOperation.All)
        {
            paths[operation.Path] = new JsonObject
            {
                ["patch"] = new JsonObject
                {
                    ["parameters"] = new JsonArray([.. OpenApiOperation.Parameters.Select(static parameter => (JsonNode)new JsonObject
                    {
                        ["name"] = parameter.Name, ["in"] = "query", ["description"] = parameter.Description, ["type"] = parameter.Type, ["uniqueItems"] = true,
                    })]),
                    ["responses"] = new JsonObject { ["200"] = new JsonObject { ["description"] = "OK" } },
                    ["x-kubernetes-action"] = "patch",
                    [KindExtension] = new JsonObject { ["group"] = operation.Kind.Group, ["kind"] = operation.Kind.Kind, ["version"] = operation.Version },
                },
            };
        }

        return new JsonObject
        {
            ["swagger"] = "2.0",
            ["info"] = new JsonObject { ["title"] = "Kubernetes", ["version"] = ServerVersion.GitVersion },
            ["paths"] = paths,
            ["definitions"] = new JsonObject(),
        };
    }

    // The numbers are those of the fields in the .proto file.
    private static byte[] Encode()
    {
        var document = new ProtobufWriter();
        document.Text(1, "2.0");
        document.Message(2, static info =>
        {
            info.Text(1, "Kubernetes");
            info.Text(2, ServerVersion.GitVersion);
        });
        document.Message(8, static paths =>
        {
            foreach (OpenApiOperation operation in OpenApiOperation.All)
            {
                paths.Message(2, path =>
                {
                    path.Text(1, operation.Path);
                    path.Message(2, item => item.Message(8, patch => Patch(patch, operation)));
                });
            }
        });
        document.Message(9, static _ => { });
        return document.ToArray();
    }

    private static void Patch(ProtobufWriter patch, OpenApiOperation operation)
    {
        foreach ((string name, string type, string description) in OpenApiOperation.Parameters)
        {
            // A parameter is one of many things: here not a body (2), but of the query (3).
            patch.Message(8, item => item.Message(1, parameter => parameter.Message(2, kind => kind.Message(3, query =>
            {
                query.Text(2, "query");
                query.Text(3, description);
                query.Text(4, name);
                query.Text(6, type);
            }))));
        }

        patch.Message(13, extension =>
        {
            extension.Text(1, KindExtension);
            extension.Message(2, value => value.Text(2, $"group: \"{operation.Kind.Group}\"\nkind: {operation.Kind.Kind}\nversion: {operation.Version}\n"));
        });
    }
}
