extern alias FullClient;

using FullClient::k8s;
using FullClient::k8s.Models;

namespace ConsulPets.Benchmarks.Clients;

/// <summary>KubernetesClient with its model types.</summary>
internal static class FullClientList
{
    public static async Task<int> CountPodsAsync(string kubeConfig, string namespaceName)
    {
        using var client = new Kubernetes(KubernetesClientConfiguration.BuildConfigFromConfigFile(kubeConfig));
        V1PodList pods = await client.CoreV1.ListNamespacedPodAsync(namespaceName).ConfigureAwait(false);
        return pods.Items.Count;
    }
}
