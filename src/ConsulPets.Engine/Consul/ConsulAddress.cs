using ConsulPets.Errors;

namespace ConsulPets.Engine.Consul;

/// <summary>
/// How to reach a plain Consul HTTP API. Each part comes from the parameter, else from the environment variable of the <c>consul</c> command, with the
/// meaning that it has there (developer.hashicorp.com/consul/commands, "Environment Variables").
/// </summary>
public sealed record ConsulAddress
{
    /// <summary>The API's root.</summary>
    public required Uri Server { get; init; }

    /// <summary>The path of a Unix socket to use instead of the network; null for none.</summary>
    public string? UnixSocket { get; init; }

    /// <summary>How its certificate is verified.</summary>
    public ConsulTls Tls { get; init; } = ConsulTls.None;

    /// <summary>The address from CONSUL_HTTP_ADDR.</summary>
    /// <returns>The text; null when it is not set.</returns>
    public static string? FromEnvironment() => ConsulEnvironment.Text("CONSUL_HTTP_ADDR");

    /// <summary>The token from CONSUL_HTTP_TOKEN, else from the file that CONSUL_HTTP_TOKEN_FILE names.</summary>
    /// <returns>The token; null when neither is set.</returns>
    /// <exception cref="ConsulPetsException">TokenFileUnreadable.</exception>
    public static string? TokenFromEnvironment()
    {
        if (ConsulEnvironment.Text("CONSUL_HTTP_TOKEN") is { } token)
        {
            return token;
        }

        if (ConsulEnvironment.Text("CONSUL_HTTP_TOKEN_FILE") is not { } file)
        {
            return null;
        }

        try
        {
            return File.ReadAllText(file).Trim();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new ConsulPetsException(
                "TokenFileUnreadable",
                ConsulPetsErrorKind.ObjectNotFound,
                $"The token file of CONSUL_HTTP_TOKEN_FILE, '{file}', cannot be read: {exception.Message}",
                "Name a file that can be read, or give -Token",
                file,
                exception);
        }
    }

    /// <summary>Reads an address as the consul command does: <c>host:port</c>, a URL, or <c>unix:///path</c>.</summary>
    /// <param name="address">The text.</param>
    /// <param name="tls">How its certificate is verified; null for what the environment says.</param>
    /// <returns>The address, completed from the environment.</returns>
    /// <exception cref="ConsulPetsException">AddressInvalid.</exception>
    public static ConsulAddress Parse(string address, ConsulTls? tls = null)
    {
        ArgumentNullException.ThrowIfNull(address);
        string? socket = address.StartsWith("unix://", StringComparison.Ordinal) ? address["unix://".Length..] : null;
        bool useTls = ConsulEnvironment.Flag("CONSUL_HTTP_SSL") == true;
        string text = socket is not null ? "http://localhost"
            : address.Contains("://", StringComparison.Ordinal) ? address
            : $"{(useTls ? "https" : "http")}://{address}";
        if (!Uri.TryCreate(text, UriKind.Absolute, out Uri? server) || server.Scheme is not ("http" or "https") || server.Host.Length == 0)
        {
            throw new ConsulPetsException(
                "AddressInvalid",
                ConsulPetsErrorKind.InvalidArgument,
                $"'{address}' is not the address of an HTTP API.",
                "Write it as host:port, https://host:port or unix:///path",
                address);
        }

        // "host" alone means port 80 to a URL, and 8500 to nobody; Consul's own command takes the URL's port as well.
        return new ConsulAddress
        {
            Server = new Uri(server.GetLeftPart(UriPartial.Path).TrimEnd('/') + "/"),
            UnixSocket = socket,
            Tls = tls ?? ConsulTls.FromEnvironment(),
        };
    }

    /// <summary>The address of a pod's agent, for who is in the cluster's network.</summary>
    /// <param name="pod">The pod.</param>
    /// <param name="tls">How its certificate is verified; null for what the environment says.</param>
    /// <returns>The address.</returns>
    public static ConsulAddress Of(ObservedPod pod, ConsulTls? tls = null)
    {
        ArgumentNullException.ThrowIfNull(pod);
        string host = pod.PodIP?.Contains(':', StringComparison.Ordinal) == true ? $"[{pod.PodIP}]" : pod.PodIP ?? string.Empty;
        return Parse(FormattableString.Invariant($"{pod.ConsulPort.Scheme}://{host}:{pod.ConsulPort.Number}"), tls);
    }
}
