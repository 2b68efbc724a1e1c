namespace ConsulPets.Sandbox.Streaming.Exec;

/// <summary>The versions of the protocol in which commands are run.</summary>
internal static class ExecProtocol
{
    /// <summary>What is spoken over SPDY.</summary>
    public static IReadOnlyCollection<string> OverSpdy { get; } = ["v4.channel.k8s.io", "v3.channel.k8s.io", "v2.channel.k8s.io", "channel.k8s.io"];

    /// <summary>What is spoken over WebSockets.</summary>
    public static IReadOnlyCollection<string> OverWebSocket { get; } =
        ["v5.channel.k8s.io", "v5.base64.channel.k8s.io", "v4.channel.k8s.io", "v4.base64.channel.k8s.io", "channel.k8s.io", "base64.channel.k8s.io"];

    /// <summary>Whether a command's end is told as a <c>Status</c> object.</summary>
    /// <param name="protocol">The version; null for the first.</param>
    /// <returns>True from <c>v4</c> on.</returns>
    public static bool WantsJson(string? protocol) => protocol?[1] is >= '4' and <= '9';

    /// <summary>Whether the client opens a stream that tells its terminal's size.</summary>
    /// <param name="protocol">The version; null for the first.</param>
    /// <returns>True from <c>v3</c> on.</returns>
    public static bool HasSizes(string? protocol) => protocol?[1] is >= '3' and <= '9';
}
