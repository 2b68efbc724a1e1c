using System.Globalization;
using ConsulPets.Sandbox.Api;
using ConsulPets.Sandbox.Store;

namespace ConsulPets.Sandbox.Streaming.Proxy;

/// <summary>The object part of a proxied path: <c>[scheme:]name[:port]</c>.</summary>
/// <param name="Scheme"><c>http</c> or <c>https</c>; empty for the default, which is <c>http</c>.</param>
/// <param name="Name">The pod, or the service.</param>
/// <param name="Port">The port's number or name; empty for the default.</param>
public sealed record PodAddress(string Scheme, string Name, string Port)
{
    /// <summary>Whether TLS is spoken.</summary>
    public bool IsSecure => Scheme == "https";

    /// <summary>Takes it apart (Kubernetes: <c>apimachinery/pkg/util/net/port_split.go</c>).</summary>
    /// <param name="text">The text, with percent escapes already undone.</param>
    /// <returns>Its parts; null when it is none.</returns>
    public static PodAddress? Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        PodAddress? address = text.Split(':') switch
        {
            [string name] => new PodAddress(string.Empty, name, string.Empty),
            [string name, string port] => new PodAddress(string.Empty, name, port),
            [string scheme, string name, string port] => new PodAddress(scheme, name, port),
            _ => null,
        };
        return address is { Name.Length: > 0, Scheme: "" or "http" or "https" } ? address : null;
    }

    /// <summary>The port's number.</summary>
    /// <param name="pod">The pod. Without a port the first that its containers declare is meant (Kubernetes: <c>pkg/registry/core/pod/strategy.go</c>, <c>ResourceLocation</c>).</param>
    /// <returns>The number.</returns>
    /// <exception cref="ApiException">There is no such port.</exception>
    public int Resolve(StoredObject pod)
    {
        ArgumentNullException.ThrowIfNull(pod);
        var declared = pod.Json.Items("spec", "containers").SelectMany(static container => container.Items("ports")).ToList();
        if (Port.Length == 0)
        {
            return (int)(declared.FirstOrDefault().Number("containerPort") ?? (IsSecure ? 443 : 80));
        }

        if (int.TryParse(Port, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int number))
        {
            return number is > 0 and <= ushort.MaxValue ? number : throw Unreachable($"dial tcp: address {Port}: invalid port");
        }

        // A real API server knows the names of well-known services only; a container's own names are what one would expect.
        return (int?)declared.FirstOrDefault(port => port.Text("name") == Port).Number("containerPort") ?? Port switch
        {
            "http" => 80,
            "https" => 443,
            _ => throw Unreachable($"dial tcp: lookup tcp/{Port}: unknown port"),
        };
    }

    /// <summary>The refusal when a pod could not be talked to.</summary>
    /// <param name="why">Why.</param>
    /// <returns>The refusal.</returns>
    internal static ApiException Unreachable(string why) => new(503, "ServiceUnavailable", $"error trying to reach service: {why}");
}
