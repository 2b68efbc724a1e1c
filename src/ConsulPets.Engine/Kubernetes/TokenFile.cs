using System.Net.Http.Headers;
using k8s.Authentication;
using k8s.KubeConfigModels;

namespace ConsulPets.Engine.Kubernetes;

/// <summary>An account of a kubeconfig, with the field that the client library's model lacks.</summary>
internal sealed class FileUserCredentials : UserCredentials
{
    /// <summary>The file that holds the token; null for none.</summary>
    public string? TokenFile { get; set; }
}

/// <summary>
/// A bearer token that somebody else keeps fresh in a file. It is read for each request, so that a token that was turned counts at once: client-go, which makes thousands, reads it once a minute.
/// While the file cannot be read, as in the moment of its replacement, the token that was read last serves.
/// </summary>
/// <param name="path">The file.</param>
internal sealed class TokenFile(string path) : ITokenProvider
{
    private volatile string? last;

    /// <inheritdoc/>
    public async Task<AuthenticationHeaderValue> GetAuthenticationHeaderAsync(CancellationToken cancellationToken)
    {
        try
        {
            string token = (await File.ReadAllTextAsync(path, cancellationToken).ConfigureAwait(false)).Trim();
            last = token.Length > 0 ? token : last ?? throw new IOException($"The token file '{path}' is empty.");
        }
        catch (Exception exception) when (last is not null && exception is IOException or UnauthorizedAccessException)
        {
            // The one that was read last may still be good; if not, the API server says so.
        }

        return new AuthenticationHeaderValue("Bearer", last);
    }
}
