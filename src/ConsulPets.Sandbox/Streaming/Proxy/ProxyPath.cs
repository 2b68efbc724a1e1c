using ConsulPets.Sandbox.Api;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace ConsulPets.Sandbox.Streaming.Proxy;

/// <summary>Where in a request's path the proxy ends and the pod's own path begins.</summary>
/// <param name="Prefix">The path of the proxy itself, without a slash at its end.</param>
/// <param name="Rest">The pod's path as the client wrote it, escapes and all; empty when there is none.</param>
internal sealed record ProxyPath(string Prefix, string Rest)
{
    private const string Subresource = "/proxy";

    /// <summary>Takes a request's path apart. The text of the request line is used: what the server made of it has lost which slashes were escaped.</summary>
    /// <param name="context">The request.</param>
    /// <param name="request">What it means.</param>
    /// <returns>Both parts.</returns>
    public static ProxyPath Of(HttpContext context, RequestInfo request)
    {
        string raw = context.Features.Get<IHttpRequestFeature>()?.RawTarget ?? string.Empty;
        int query = raw.IndexOf('?', StringComparison.Ordinal);
        return Split(query < 0 ? raw : raw[..query]) ?? new ProxyPath(request.Path[..^request.Rest.Length], request.Rest);
    }

    /// <summary>Takes a path apart.</summary>
    /// <param name="path"><c>/api/v1/namespaces/NAMESPACE/pods/NAME/proxy/REST</c>.</param>
    /// <returns>Both parts; null when it is no such path.</returns>
    public static ProxyPath? Split(string path)
    {
        // Seven segments come before the rest. A pod may be named "proxy" too, so they are counted.
        int position = 0;
        for (int segment = 0; segment < 6; segment++)
        {
            position = path.IndexOf('/', position) + 1;
            if (position == 0)
            {
                return null;
            }
        }

        int end = path.IndexOf('/', position);
        return end >= 0 && path.AsSpan(end).StartsWith(Subresource) && (path.Length == end + Subresource.Length || path[end + Subresource.Length] == '/')
            ? new ProxyPath(path[..(end + Subresource.Length)], path[(end + Subresource.Length)..])
            : null;
    }
}
