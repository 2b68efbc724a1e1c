using System.Text;

namespace ConsulPets.Engine.Consul;

/// <summary>One request of Consul's HTTP API over a client, as every way but the API server's proxy makes it.</summary>
internal static class HttpCall
{
    /// <summary>Sends a request and reads the whole answer.</summary>
    /// <param name="client">The client.</param>
    /// <param name="address">Where to.</param>
    /// <param name="method">The method.</param>
    /// <param name="body">The body, in JSON; null for none.</param>
    /// <param name="token">The ACL token; null for none.</param>
    /// <param name="host">The Host header; null for the address's own. .NET takes the name to send and to verify from it, over whatever the TLS options say.</param>
    /// <param name="timeout">How long the answer may take, body and all.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns>The answer, whatever its status.</returns>
    public static async Task<ConsulAnswer> SendAsync(
        HttpClient client, Uri address, HttpMethod method, string? body, string? token, string? host, TimeSpan timeout, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(method, address) { Content = body is null ? null : new StringContent(body, Encoding.UTF8, "application/json") };
        foreach (KeyValuePair<string, string> header in ConsulHeaders.Of(token))
        {
            request.Headers.TryAddWithoutValidation(header.Key, header.Value);
        }

        request.Headers.Authorization = ConsulEnvironment.Authorization();
        request.Headers.Host = host;
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(timeout);
        using HttpResponseMessage response = await client.SendAsync(request, deadline.Token).ConfigureAwait(false);
        byte[] answer = await response.Content.ReadAsByteArrayAsync(deadline.Token).ConfigureAwait(false);
        bool isFiltered = response.Headers.TryGetValues(ConsulHeaders.Filtered, out IEnumerable<string>? values) && values.Contains("true");
        return new ConsulAnswer((int)response.StatusCode, answer, isFiltered);
    }
}
