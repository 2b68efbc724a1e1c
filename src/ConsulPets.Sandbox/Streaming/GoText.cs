using System.Net.Sockets;
using System.Text.Json;
using ConsulPets.Sandbox.Store;

namespace ConsulPets.Sandbox.Streaming;

/// <summary>Words things as Go's libraries do, since messages of the API server and of kubelets hold such words and people search for them.</summary>
internal static class GoText
{
    /// <summary>A text in quotes.</summary>
    /// <param name="text">The text.</param>
    /// <returns>The text in double quotes, with what is not printable escaped.</returns>
    public static string Quote(string text) => JsonSerializer.Serialize(text, JsonText.Options);

    /// <summary>Why a connection could not be made.</summary>
    /// <param name="error">The failure.</param>
    /// <param name="address">Where to: <c>10.0.0.1:8500</c>.</param>
    /// <param name="network">The network's name: <c>tcp</c>, or <c>tcp4</c>.</param>
    /// <returns><c>dial tcp 10.0.0.1:8500: connect: connection refused</c>.</returns>
    public static string Dial(SocketException error, string address, string network = "tcp") => $"dial {network} {address}: {Connect(error)}";

    private static string Connect(SocketException error) => error.SocketErrorCode switch
    {
        SocketError.ConnectionRefused => "connect: connection refused",
        SocketError.TimedOut => "i/o timeout",
        SocketError.HostUnreachable or SocketError.HostDown => "connect: no route to host",
        SocketError.NetworkUnreachable or SocketError.NetworkDown => "connect: network is unreachable",
        SocketError.ConnectionReset => "connect: connection reset by peer",
        SocketError.ConnectionAborted => "connect: software caused connection abort",
        SocketError.AddressNotAvailable => "connect: cannot assign requested address",
        SocketError.AccessDenied => "connect: permission denied",
        _ => $"connect: {error.Message}",
    };
}
