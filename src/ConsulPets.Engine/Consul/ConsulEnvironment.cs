using System.Net.Http.Headers;
using System.Text;

namespace ConsulPets.Engine.Consul;

/// <summary>The environment variables of the <c>consul</c> command (developer.hashicorp.com/consul/commands, "Environment Variables"), with the meaning that they have there.</summary>
internal static class ConsulEnvironment
{
    /// <summary>A variable.</summary>
    /// <param name="name">Its name.</param>
    /// <returns>The value; null when it is not set, or empty.</returns>
    public static string? Text(string name) => Environment.GetEnvironmentVariable(name) is { Length: > 0 } value ? value : null;

    /// <summary>A variable that is true or false.</summary>
    /// <param name="name">Its name.</param>
    /// <returns>The value, by Go's words for it (strconv.ParseBool); null when it is not set, or something else.</returns>
    public static bool? Flag(string name) => Text(name) switch
    {
        "1" or "t" or "T" or "true" or "TRUE" or "True" => true,
        "0" or "f" or "F" or "false" or "FALSE" or "False" => false,
        _ => null,
    };

    /// <summary>What CONSUL_HTTP_AUTH says, for a Consul behind a server that asks for a name and a password.</summary>
    /// <returns>The header; null when it is not set.</returns>
    public static AuthenticationHeaderValue? Authorization() => Text("CONSUL_HTTP_AUTH") is not { } text ? null
        : new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes(text.Contains(':', StringComparison.Ordinal) ? text : text + ":")));
}
