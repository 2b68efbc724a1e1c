using System.Globalization;
using System.Text.Json.Nodes;
using ConsulPets.Sandbox.Store;

namespace ConsulPets.Sandbox.Api.Tables;

/// <summary>The cells of services and of what stands behind them.</summary>
internal static class NetworkCells
{
    // More than that many are counted, not named.
    private const int Shown = 3;

    /// <summary>A service's.</summary>
    /// <param name="json">The service.</param>
    /// <param name="now">The time.</param>
    /// <returns>The cells.</returns>
    public static JsonNode?[] Service(JsonObject json, DateTimeOffset now)
    {
        string type = json.Text("spec", "type") ?? "ClusterIP";
        string address = json.Text("spec", "clusterIP") is { Length: > 0 } own ? own : "<none>";
        string ports = string.Join(',', json.Items("spec", "ports").Select(static port => port.Number("nodePort") is { } node and not 0
            ? string.Create(CultureInfo.InvariantCulture, $"{port.Number("port")}:{node}/{port.Text("protocol") ?? "TCP"}")
            : string.Create(CultureInfo.InvariantCulture, $"{port.Number("port")}/{port.Text("protocol") ?? "TCP"}")));
        return
        [
            TableColumns.Name(json), type, type == "ExternalName" ? "<none>" : address, External(json, type), ports.Length == 0 ? "<none>" : ports, TableColumns.Age(json, now),
            TableColumns.Labels(json.Part("spec", "selector")),
        ];
    }

    /// <summary>The endpoints of a service.</summary>
    /// <param name="json">The endpoints.</param>
    /// <param name="now">The time.</param>
    /// <returns>The cells.</returns>
    public static JsonNode?[] Endpoints(JsonObject json, DateTimeOffset now)
    {
        string[] addresses = [.. json.Items("subsets").SelectMany(static subset => subset.Items("ports").DefaultIfEmpty().SelectMany(port =>
            subset.Items("addresses").Select(address => port is null
                ? address.Text("ip") ?? string.Empty
                : string.Create(CultureInfo.InvariantCulture, $"{address.Text("ip")}:{port.Number("port")}"))))];
        string shown = addresses.Length == 0 ? "<none>"
            : addresses.Length <= Shown ? string.Join(',', addresses)
            : string.Create(CultureInfo.InvariantCulture, $"{string.Join(',', addresses[..Shown])} + {addresses.Length - Shown} more...");
        return [TableColumns.Name(json), shown, TableColumns.Age(json, now)];
    }

    /// <summary>A slice of endpoints.</summary>
    /// <param name="json">The slice.</param>
    /// <param name="now">The time.</param>
    /// <returns>The cells.</returns>
    public static JsonNode?[] EndpointSlice(JsonObject json, DateTimeOffset now)
    {
        string[] ports = [.. json.Items("ports").Select(static port => port.Number("port")?.ToString(CultureInfo.InvariantCulture) ?? "*")];
        string[] addresses = [.. json.Items("endpoints").SelectMany(static endpoint => endpoint.Texts("addresses"))];
        return [TableColumns.Name(json), json.Text("addressType"), Some(ports, "<unset>"), Some(addresses, "<unset>"), TableColumns.Age(json, now)];
    }

    private static string Some(string[] texts, string none) => texts.Length == 0 ? none
        : texts.Length <= Shown ? string.Join(',', texts)
        : string.Create(CultureInfo.InvariantCulture, $"{string.Join(',', texts[..Shown])} + {texts.Length - Shown} more...");

    private static string External(JsonObject json, string type)
    {
        string named = string.Join(',', json.Texts("spec", "externalIPs"));
        string balanced = string.Join(',', json.Items("status", "loadBalancer", "ingress").Select(static ingress => ingress.Text("ip") ?? ingress.Text("hostname")));
        return type switch
        {
            "ExternalName" => json.Text("spec", "externalName") ?? string.Empty,
            "LoadBalancer" when named.Length == 0 && balanced.Length == 0 => "<pending>",
            "LoadBalancer" => string.Join(',', ((string[])[balanced, named]).Where(static text => text.Length > 0)),
            _ => named.Length == 0 ? "<none>" : named,
        };
    }
}
