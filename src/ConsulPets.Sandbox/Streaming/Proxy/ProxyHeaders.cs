using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace ConsulPets.Sandbox.Streaming.Proxy;

/// <summary>Decides what of a proxied request's and answer's head is passed on.</summary>
internal static class ProxyHeaders
{
    // RFC 9110, section 7.6.1, and what Go's reverse proxy removes besides.
    private static readonly HashSet<string> HopByHop = new(StringComparer.OrdinalIgnoreCase)
    {
        "Connection", "Proxy-Connection", "Keep-Alive", "Proxy-Authenticate", "Proxy-Authorization", "Te", "Trailer", "Transfer-Encoding", "Upgrade",
    };

    /// <summary>Whether a header of the request goes to the pod.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="connection">The request's <c>Connection</c> headers, which name more that do not.</param>
    /// <returns>False for those of one connection, and for what only the API server is to see: who asks.</returns>
    public static bool IsForPod(string name, StringValues connection) =>
        name[0] != ':'
        && !HopByHop.Contains(name)
        && !IsNamed(name, connection)
        && !name.Equals("Authorization", StringComparison.OrdinalIgnoreCase)
        && !name.Equals("Expect", StringComparison.OrdinalIgnoreCase)
        && !name.StartsWith("Impersonate-", StringComparison.OrdinalIgnoreCase);

    /// <summary>Whether a header of the answer goes to the client.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="connection">The answer's <c>Connection</c> headers.</param>
    /// <returns>False for those of one connection.</returns>
    public static bool IsForClient(string name, StringValues connection) => !HopByHop.Contains(name) && !IsNamed(name, connection);

    /// <summary>
    /// Where a redirect leads, seen from the client: what is on the pod goes through the proxy again (Kubernetes: <c>apimachinery/pkg/util/proxy/transport.go</c>, <c>rewriteURL</c>).
    /// </summary>
    /// <param name="location">What the pod said.</param>
    /// <param name="prefix">The path of the proxy itself, without a slash at its end.</param>
    /// <param name="podAuthority">The pod's address and port.</param>
    /// <param name="requestHost">What the client called the server.</param>
    /// <returns>What to tell the client.</returns>
    public static string Redirect(string location, string prefix, string podAuthority, string requestHost)
    {
        string path = location;
        string origin = string.Empty;
        int authority = location.IndexOf("://", StringComparison.Ordinal);
        if (authority > 0 && location.IndexOfAny(['/', '?', '#']) == authority + 1)
        {
            int end = location.IndexOfAny(['/', '?', '#'], authority + 3);
            end = end < 0 ? location.Length : end;
            string host = location[(authority + 3)..end];
            if (host != podAuthority && host != requestHost)
            {
                return location;
            }

            origin = host == requestHost ? location[..end] : string.Empty;
            path = location[end..];
        }

        bool isOnPod = path.StartsWith('/') && !path.StartsWith("//", StringComparison.Ordinal);
        return !isOnPod ? location : path.StartsWith(prefix, StringComparison.Ordinal) ? origin + path : origin + prefix + path;
    }

    private static bool IsNamed(string name, StringValues connection)
    {
        foreach (string? names in connection)
        {
            if (names is not null && names.Split(',', StringSplitOptions.TrimEntries).Contains(name, StringComparer.OrdinalIgnoreCase))
            {
                return true;
            }
        }

        return false;
    }
}
