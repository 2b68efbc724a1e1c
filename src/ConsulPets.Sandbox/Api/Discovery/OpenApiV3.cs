using System.Text.Json.Nodes;

namespace ConsulPets.Sandbox.Api.Discovery;

/// <summary>The OpenAPI documents of version 3: an index, and one for each version of a group.</summary>
internal static class OpenApiV3
{
    // The strategic merge patch, which is served, is left out: kubectl would then merge by the fields' descriptions, which are not here. It falls back on those built into it.
    private static readonly string[] Bodies = ["application/json-patch+json", "application/merge-patch+json", "application/apply-patch+yaml"];

    /// <summary><c>/openapi/v3</c>.</summary>
    /// <returns>JSON.</returns>
    public static JsonObject Index()
    {
        var paths = new JsonObject();
        foreach (ServedResource resource in ServedResource.All)
        {
            string root = OpenApiOperation.Root(resource.Group, resource.Version);
            paths[root[1..]] = new JsonObject { ["serverRelativeURL"] = $"/openapi/v3{root}" };
        }

        return new JsonObject { ["paths"] = paths };
    }

    /// <summary>The document of a version of a group.</summary>
    /// <param name="root">Its path: <c>/apis/apps/v1</c>.</param>
    /// <returns>JSON; null when it is not served.</returns>
    public static JsonObject? Document(string root)
    {
        if (!ServedResource.All.Any(resource => OpenApiOperation.Root(resource.Group, resource.Version) == root))
        {
            return null;
        }

        var paths = new JsonObject();
        foreach (OpenApiOperation operation in OpenApiOperation.All.Where(operation => OpenApiOperation.Root(operation.Kind.Group, operation.Version) == root))
        {
            paths[operation.Path] = new JsonObject { ["patch"] = Patch(operation) };
        }

        return new JsonObject
        {
            ["openapi"] = "3.0.0",
            ["info"] = new JsonObject { ["title"] = "Kubernetes", ["version"] = ServerVersion.GitVersion },
            ["paths"] = paths,
            ["components"] = new JsonObject { ["schemas"] = new JsonObject() },
        };
    }

    private static JsonObject Patch(OpenApiOperation operation)
    {
        var content = new JsonObject();
        foreach (string body in Bodies)
        {
            content[body] = new JsonObject { ["schema"] = new JsonObject { ["type"] = "object" } };
        }

        return new JsonObject
        {
            ["parameters"] = new JsonArray([.. OpenApiOperation.Parameters.Select(static parameter => (JsonNode)new JsonObject
            {
                ["name"] = parameter.Name,
                ["in"] = "query",
                ["description"] = parameter.Description,
                ["schema"] = new JsonObject { ["type"] = parameter.Type, ["uniqueItems"] = true },
            })]),
            ["requestBody"] = new JsonObject { ["content"] = content, ["required"] = true },
            ["responses"] = new JsonObject { ["200"] = new JsonObject { ["description"] = "OK" } },
            ["x-kubernetes-action"] = "patch",
            ["x-kubernetes-group-version-kind"] = new JsonObject { ["group"] = operation.Kind.Group, ["kind"] = operation.Kind.Kind, ["version"] = operation.Version },
        };
    }
}
