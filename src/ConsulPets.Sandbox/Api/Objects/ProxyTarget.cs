namespace ConsulPets.Sandbox.Api.Objects;

/// <summary>Whom a proxied request is for: <c>name</c>, <c>name:port</c> or <c>scheme:name:port</c>.</summary>
/// <param name="Scheme"><c>http</c> or <c>https</c>; empty where the path names none.</param>
/// <param name="Name">The pod or service.</param>
/// <param name="Port">The port's number or name; empty where the path names none.</param>
internal sealed record ProxyTarget(string Scheme, string Name, string Port)
{
    /// <summary>Reads one.</summary>
    /// <param name="text">The text.</param>
    /// <returns>The target.</returns>
    /// <exception cref="ApiException">It is none.</exception>
    public static ProxyTarget Parse(string text) => text.Split(':') switch
    {
        [var name] => new ProxyTarget(string.Empty, name, string.Empty),
        [var name, var port] => new ProxyTarget(string.Empty, name, port),
        [var scheme and ("" or "http" or "https"), var name, var port] => new ProxyTarget(scheme, name, port),
        _ => throw ApiException.BadRequest($"invalid pod request \"{text}\""),
    };

    /// <summary>As it stands in a path.</summary>
    /// <returns>The text.</returns>
    public override string ToString() => Scheme.Length > 0 ? $"{Scheme}:{Name}:{Port}" : Port.Length > 0 ? $"{Name}:{Port}" : Name;
}
