using System.Text.Json.Nodes;

namespace ConsulPets.Sandbox.Api.Discovery;

/// <summary>Tells what is served: one document a path (<c>/apis/apps/v1</c>), or all at once (aggregated discovery, which kubectl asks for since 1.26).</summary>
internal static class DiscoveryDocuments
{
    /// <summary><c>/api</c>.</summary>
    /// <param name="serverAddress">Host and port.</param>
    /// <returns>JSON.</returns>
    public static JsonObject CoreVersions(string serverAddress) => new()
    {
        ["kind"] = "APIVersions",
        ["versions"] = new JsonArray("v1"),
        ["serverAddressByClientCIDRs"] = new JsonArray(new JsonObject { ["clientCIDR"] = "0.0.0.0/0", ["serverAddress"] = serverAddress }),
    };

    /// <summary><c>/apis</c>.</summary>
    /// <returns>JSON.</returns>
    public static JsonObject Groups() => new()
    {
        ["kind"] = "APIGroupList",
        ["apiVersion"] = "v1",
        ["groups"] = new JsonArray([.. ServedResource.Groups.Select(static group => (JsonNode)GroupParts(group))]),
    };

    /// <summary><c>/apis/GROUP</c>.</summary>
    /// <param name="group">The group.</param>
    /// <returns>JSON; null when it is not served.</returns>
    public static JsonObject? Group(string group)
    {
        if (!ServedResource.Groups.Contains(group))
        {
            return null;
        }

        var json = new JsonObject { ["kind"] = "APIGroup", ["apiVersion"] = "v1" };
        foreach ((string name, JsonNode? value) in GroupParts(group))
        {
            json[name] = value?.DeepClone();
        }

        return json;
    }

    /// <summary><c>/api/v1</c> and <c>/apis/GROUP/VERSION</c>.</summary>
    /// <param name="group">The group; empty for the core group.</param>
    /// <param name="version">The version.</param>
    /// <returns>JSON; null when it is not served.</returns>
    public static JsonObject? Resources(string group, string version)
    {
        IReadOnlyList<ServedResource> resources = ServedResource.Of(group, version);
        if (resources.Count == 0)
        {
            return null;
        }

        var json = new JsonObject { ["kind"] = "APIResourceList" };
        if (group.Length > 0)
        {
            // The core group's document has none, for reasons of history.
            json["apiVersion"] = "v1";
        }

        json["groupVersion"] = GroupVersion(group, version);
        json["resources"] = new JsonArray([.. resources.Select(static resource => (JsonNode)Resource(resource))]);
        return json;
    }

    /// <summary>All at once, for <c>/api</c> or <c>/apis</c>.</summary>
    /// <param name="isCore">Whether the core group is meant, or all others.</param>
    /// <param name="version">The version of the document: <c>v2</c> or <c>v2beta1</c>.</param>
    /// <returns>JSON.</returns>
    public static JsonObject Aggregated(bool isCore, string version) => new()
    {
        ["kind"] = "APIGroupDiscoveryList",
        ["apiVersion"] = $"apidiscovery.k8s.io/{version}",
        ["metadata"] = new JsonObject(),
        ["items"] = new JsonArray([.. (isCore ? [string.Empty] : ServedResource.Groups).Select(static group => (JsonNode)AggregatedGroup(group))]),
    };

    private static JsonObject GroupParts(string group)
    {
        JsonObject[] versions = [.. ServedResource.Versions(group).Select(version => new JsonObject { ["groupVersion"] = GroupVersion(group, version), ["version"] = version })];
        return new JsonObject { ["name"] = group, ["versions"] = new JsonArray([.. versions]), ["preferredVersion"] = versions[0].DeepClone() };
    }

    private static JsonObject Resource(ServedResource resource)
    {
        var json = new JsonObject { ["name"] = resource.Name, ["singularName"] = resource.Singular, ["namespaced"] = resource.IsNamespaced };
        if (resource.KindGroup != resource.Group || resource.KindVersion != resource.Version)
        {
            json["group"] = resource.KindGroup;
            json["version"] = resource.KindVersion;
        }

        json["kind"] = resource.Kind;
        json["verbs"] = Texts(resource.Verbs);
        Add(json, "shortNames", resource.ShortNames);
        Add(json, "categories", resource.Categories);
        return json;
    }

    private static JsonObject AggregatedGroup(string group)
    {
        var metadata = new JsonObject();
        if (group.Length > 0)
        {
            metadata["name"] = group;
        }

        metadata["creationTimestamp"] = null;
        return new JsonObject
        {
            ["metadata"] = metadata,
            ["versions"] = new JsonArray([.. ServedResource.Versions(group).Select(version => (JsonNode)new JsonObject
            {
                ["version"] = version,
                ["resources"] = new JsonArray([.. ServedResource.Of(group, version).Where(static resource => resource.Subresource.Length == 0).Select(AggregatedResource)]),
                ["freshness"] = "Current",
            })]),
        };
    }

    private static JsonNode AggregatedResource(ServedResource resource)
    {
        var json = new JsonObject
        {
            ["resource"] = resource.Name,
            ["responseKind"] = ResponseKind(resource),
            ["scope"] = resource.IsNamespaced ? "Namespaced" : "Cluster",
            ["singularResource"] = resource.Singular,
            ["verbs"] = Texts(resource.Verbs),
        };
        Add(json, "shortNames", resource.ShortNames);
        Add(json, "categories", resource.Categories);
        ServedResource[] subresources = [.. ServedResource.Of(resource.Group, resource.Version).Where(other => other.Subresource.Length > 0 && other.Resource == resource.Name)];
        if (subresources.Length > 0)
        {
            json["subresources"] = new JsonArray([.. subresources.Select(static subresource => (JsonNode)new JsonObject
            {
                ["subresource"] = subresource.Subresource, ["responseKind"] = ResponseKind(subresource), ["verbs"] = Texts(subresource.Verbs),
            })]);
        }

        return json;
    }

    private static JsonObject ResponseKind(ServedResource resource) => new() { ["group"] = resource.KindGroup, ["version"] = resource.KindVersion, ["kind"] = resource.Kind };

    private static void Add(JsonObject json, string name, IReadOnlyList<string> texts)
    {
        if (texts.Count > 0)
        {
            json[name] = Texts(texts);
        }
    }

    private static JsonArray Texts(IReadOnlyList<string> texts) => [.. texts.Select(static text => (JsonNode)text)];

    private static string GroupVersion(string group, string version) => group.Length == 0 ? version : $"{group}/{version}";
}
