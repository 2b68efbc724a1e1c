using ConsulPets.Sandbox.Api.Access;
using ConsulPets.Sandbox.Store;

namespace ConsulPets.Sandbox.Api.Wire;

/// <summary>Reads what a request means from its method and path, by the rules of k8s.io/apiserver (endpoints/request/requestinfo.go).</summary>
internal static class RequestRouting
{
    // Under a namespace's path these are its own, everything else is a kind inside it.
    private static readonly string[] NamespaceSubresources = ["status", "finalize"];

    /// <summary>Reads a request.</summary>
    /// <param name="method">The HTTP method.</param>
    /// <param name="path">The path, percent-encoded as it was sent, without the query.</param>
    /// <param name="isWatch">Whether the query asks for a watch.</param>
    /// <param name="selectedName">The name that the query's field selector asks for; empty for none. Rights to a named object allow to list and to watch that one.</param>
    /// <returns>Where it leads.</returns>
    public static RequestRoute Read(string method, string path, bool isWatch, string selectedName)
    {
        ArgumentNullException.ThrowIfNull(method);
        ArgumentNullException.ThrowIfNull(path);
        List<(string Text, int End)> parts = Split(path);
        int start = parts switch
        {
            [("api", _), _, _, ..] => 2,
            [("apis", _), _, _, _, ..] => 3,
            _ => 0,
        };
        if (start == 0)
        {
#pragma warning disable CA1308 // Verbs are in small letters.
            string verb = method.ToLowerInvariant();
#pragma warning restore CA1308
            return new RequestRoute(new RequestInfo(verb, null, null, string.Empty, string.Empty, string.Empty, string.Empty, path), AccessRequest.OfPath(verb, path));
        }

        string group = start == 3 ? parts[1].Text : string.Empty;
        string version = parts[start - 1].Text;
        return ReadResource(Verb(method), path, group, version, parts[start..], isWatch, selectedName);
    }

    private static RequestRoute ReadResource(string verb, string path, string group, string version, List<(string Text, int End)> parts, bool isWatch, string selectedName)
    {
        if (parts is [("watch", _), _, ..])
        {
            isWatch = true;
            parts = parts[1..];
        }

        string namespaceName = string.Empty;
        if (parts is [("namespaces", _), _, ..])
        {
            namespaceName = parts[1].Text;
            if (parts.Count > 2 && !NamespaceSubresources.Contains(parts[2].Text))
            {
                parts = parts[2..];
            }
        }

        string resource = parts[0].Text;
        string name = parts.Count > 1 ? parts[1].Text : string.Empty;
        string subresource = parts.Count > 2 ? parts[2].Text : string.Empty;
        string rest = parts.Count > 2 ? path[parts[2].End..] : string.Empty;
        verb = (verb, name.Length) switch
        {
            ("get", 0) => isWatch ? "watch" : "list",
            ("delete", 0) => "deletecollection",
            ("get", _) when isWatch && parts.Count == 2 => "watch",
            _ => verb,
        };
        ResourceKind? kind = ResourceKinds.Find(group, resource);
        bool isServed = kind is not null && kind.Versions.Contains(version) && (kind.IsNamespaced || namespaceName.Length == 0 || resource == "namespaces");
        bool isSelected = verb is "list" or "watch" or "deletecollection" && name.Length == 0;
        var access = new AccessRequest(verb, group, version, resource, subresource, namespaceName, isSelected ? selectedName : name, string.Empty);
        var request = new RequestInfo(
            verb, isServed ? kind : null, isServed ? version : null, kind?.IsNamespaced == true ? namespaceName : string.Empty, name, subresource, rest, path);
        return new RequestRoute(request, access);
    }

    private static string Verb(string method) => method switch
    {
        "GET" or "HEAD" => "get",
        "POST" => "create",
        "PUT" => "update",
        "PATCH" => "patch",
        "DELETE" => "delete",
        _ => string.Empty,
    };

    // Each part, decoded, with where it ends in the path.
    private static List<(string Text, int End)> Split(string path)
    {
        var parts = new List<(string Text, int End)>();
        int start = 0;
        while (start < path.Length)
        {
            int end = path.IndexOf('/', start);
            end = end < 0 ? path.Length : end;
            if (end > start)
            {
                parts.Add((Uri.UnescapeDataString(path[start..end]), end));
            }

            start = end + 1;
        }

        return parts;
    }
}
