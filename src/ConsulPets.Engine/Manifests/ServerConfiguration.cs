using System.Text.Json;
using System.Text.Json.Nodes;
using ConsulPets.Engine.Security;
using ConsulPets.Errors;
using ConsulPets.Planning;
using ConsulPets.Quorum;

namespace ConsulPets.Engine.Manifests;

/// <summary>The Consul server's configuration file.</summary>
internal static class ServerConfiguration
{
    // Consul's keys whose values are secrets (developer.hashicorp.com/consul/docs/agent/config/config-files).
    private static readonly string[] Secrets =
        ["encrypt", "acl_master_token", "acl_agent_master_token", "acl_agent_token", "acl_token", "acl_replication_token"];

    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    /// <summary>Builds it. The user's own settings win, except lists, which replace.</summary>
    /// <param name="specification">What was asked for.</param>
    /// <returns>JSON text.</returns>
    public static string Build(PetSetSpecification specification)
    {
        var configuration = new JsonObject
        {
            ["server"] = true,
            ["datacenter"] = specification.Datacenter,
            ["data_dir"] = PodTemplate.DataFolder,
            ["bootstrap_expect"] = specification.Replicas,
            ["client_addr"] = "0.0.0.0",

            // One name for all: the headless service answers with every server, ready or not. Asked often, since a server that starts
            // before DNS knows the others waits for the next try (Consul's own interval is 30 s).
            ["retry_join"] = new JsonArray($"{specification.Name}.{specification.Namespace}.svc"),
            ["retry_interval"] = "3s",

            // Without it a returning server, with its old ID and a new address, has to wait until gossip has called the old one dead,
            // and disturbs the leader meanwhile (hashicorp/consul-k8s#3000).
            ["leave_on_terminate"] = true,

            // Read at bootstrap only; kept in step with the size by the API afterwards. It stops autopilot's clean-up from shrinking the quorum
            // away (hashicorp/consul#5922).
            ["autopilot"] = new JsonObject { ["min_quorum"] = RaftQuorum.Size(specification.Replicas) },
        };
        if (specification.Security.Tls)
        {
            // The keys that every version knows: those of the block "tls" are 1.12's. Whoever speaks raft shows a certificate; a client of the HTTP API shows a token.
            configuration["ports"] = new JsonObject { ["http"] = -1, ["https"] = 8501 };
            configuration["ca_file"] = $"{PodTemplate.SecretsFolder}/{SetNames.AuthorityEntry}";
            configuration["cert_file"] = $"{PodTemplate.SecretsFolder}/{SetNames.CertificateEntry}";
            configuration["key_file"] = $"{PodTemplate.SecretsFolder}/{SetNames.KeyEntry}";
            configuration["verify_incoming_rpc"] = true;
            configuration["verify_outgoing"] = true;
            configuration["verify_server_hostname"] = true;
        }

        if (specification.Security.Acl)
        {
            configuration["acl"] = new JsonObject { ["enabled"] = true, ["default_policy"] = "deny", ["enable_token_persistence"] = true };
        }

        if (specification.ServerConfigJson is { } own)
        {
            Merge(configuration, Own(own));
        }

        return configuration.ToJsonString(Indented);
    }

    /// <summary>How many servers a configuration waits for before raft begins.</summary>
    /// <param name="text">The configuration.</param>
    /// <returns>The number; null when it does not say, or is none.</returns>
    public static int? BootstrapSize(string text)
    {
        try
        {
            return JsonNode.Parse(text) is JsonObject configuration && configuration["bootstrap_expect"] is JsonValue value && value.TryGetValue(out int size) ? size : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>Changes a configuration that servers run with.</summary>
    /// <param name="current">Its text.</param>
    /// <param name="own">The user's settings, a JSON object; they win, lists replace.</param>
    /// <returns>The new text, the same for the same values.</returns>
    /// <exception cref="ConsulPetsException">ServerConfigInvalid.</exception>
    public static string Change(string current, string own)
    {
        JsonObject configuration = Parse(current);
        Merge(configuration, Own(own));
        return configuration.ToJsonString(Indented);
    }

    // It becomes a config map, which many may read.
    private static JsonObject Own(string json)
    {
        JsonObject own = Parse(json);
        string? secret = Secrets.FirstOrDefault(own.ContainsKey) ?? (own["acl"] is JsonObject acl && acl.ContainsKey("tokens") ? "acl.tokens" : null);
        return secret is null ? own : throw new ConsulPetsException(
            "ServerConfigSecret",
            ConsulPetsErrorKind.InvalidArgument,
            $"-ServerConfig holds a secret, '{secret}', and it is kept in a config map, which is none.",
            "Leave it out: New-ConsulPetSet -GossipEncryption and -Acl keep such values in a Secret",
            "ServerConfig");
    }

    private static JsonObject Parse(string json)
    {
        try
        {
            return JsonNode.Parse(json) as JsonObject ?? throw Invalid("it is not a JSON object", null);
        }
        catch (JsonException exception)
        {
            throw Invalid(exception.Message, exception);
        }
    }

    private static void Merge(JsonObject into, JsonObject from)
    {
        foreach (KeyValuePair<string, JsonNode?> property in from)
        {
            if (property.Value is JsonObject part && into[property.Key] is JsonObject known)
            {
                Merge(known, part);
            }
            else
            {
                into[property.Key] = property.Value?.DeepClone();
            }
        }
    }

    private static ConsulPetsException Invalid(string problem, Exception? cause) => new(
        "ServerConfigInvalid",
        ConsulPetsErrorKind.InvalidArgument,
        $"-ServerConfig cannot be used: {problem}",
        "Give a hashtable, or the text of a JSON object, with Consul's configuration keys",
        "ServerConfig",
        cause);
}
