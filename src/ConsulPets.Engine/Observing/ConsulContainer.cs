using System.Text.Json;
using ConsulPets.Engine.Kubernetes;

namespace ConsulPets.Engine.Observing;

/// <summary>Finds the Consul server in a pod template: any that runs one counts, ours, Helm's, or one written by hand like the 2016 article's.</summary>
internal static class ConsulContainer
{
    /// <summary>The container of a pod specification that runs a Consul server.</summary>
    /// <param name="podSpec">The <c>spec</c> of a pod or of a template.</param>
    /// <param name="labels">The labels beside it: a label may say what the command line does not (the configuration is in a file).</param>
    /// <returns>The container; null when there is none.</returns>
    public static JsonElement? Find(JsonElement podSpec, IReadOnlyDictionary<string, string> labels)
    {
        foreach (JsonElement container in podSpec.Items("containers"))
        {
            if (IsConsulImage(container.Text("image")) && (SaysServer(container) || IsLabelledServer(labels)))
            {
                return container;
            }
        }

        return null;
    }

    /// <summary>Where Consul's HTTP API listens in a container: by the port's number, since names differ (the article's <c>http-port</c> is 8080).</summary>
    /// <param name="container">The container.</param>
    /// <returns>http on 8500 unless only 8501 is declared.</returns>
    public static ConsulPort HttpPort(JsonElement container)
    {
        long[] ports = [.. container.Items("ports").Select(static port => port.Number("containerPort") ?? 0)];
        return ports.Contains(8501) && !ports.Contains(8500) ? new ConsulPort("https", 8501) : new ConsulPort("http", 8500);
    }

    // consul, hashicorp/consul, registry:5000/hashicorp/consul-enterprise@sha256:…; not consul-k8s-control-plane, consul-dataplane, consul-template.
    private static bool IsConsulImage(string image)
    {
        string last = image[(image.LastIndexOf('/') + 1)..].Split('@')[0].Split(':')[0];
        return last is "consul" or "consul-enterprise";
    }

    private static bool SaysServer(JsonElement container)
    {
        string commandLine = string.Join(' ', container.Texts("command").Concat(container.Texts("args")));
        return commandLine.Contains("agent", StringComparison.Ordinal)
            && commandLine.Split([' ', '\n', '\t', '\\'], StringSplitOptions.RemoveEmptyEntries).Any(static word => word is "-server" or "--server" or "-server=true" or "-bootstrap");
    }

    private static bool IsLabelledServer(IReadOnlyDictionary<string, string> labels) =>
        labels.GetValueOrDefault("component") == "server" || labels.GetValueOrDefault("app.kubernetes.io/component") == "server";
}
