using System.Text.Json;

namespace ConsulPets.Cluster.Tests;

/// <summary>Updates that must not begin.</summary>
public sealed class UpdateRefusedScenario
{
    [EachCluster]
    public void What_the_cluster_or_the_set_does_not_allow_is_refused_before_anything_is_written(ClusterKind cluster)
    {
        using var place = new OperatorNamespace(cluster, "refused");
        using Shell shell = place.Shell();
        shell.Bootstrap("consul", ScenarioShell.Quick);
        JsonElement before = place.Api.Get(place.Name, "statefulsets", "consul");
        foreach ((string command, string error) in (IEnumerable<(string, string)>)[
            ("Update-ConsulPetSet consul @kube -Label @{ 'app.kubernetes.io/instance' = 'other' } -Confirm:$false", "KubernetesInvalid"),
            ("Update-ConsulPetSet consul @kube -Resources @{ requests = @{ memory = 'lots' } } -Confirm:$false", "KubernetesInvalid"),
            ("Update-ConsulPetSet consul @kube -ServerConfig '[1]' -Confirm:$false", "ServerConfigInvalid"),
            ("Update-ConsulPetSet consul @kube -Image other -StopAfter consul-7 -Confirm:$false", "PetNotFound"),
            ("Undo-ConsulPetSet consul @kube -Confirm:$false", "RevisionNotFound"),
            ("Undo-ConsulPetSet consul @kube -ToRevision 7 -Confirm:$false", "RevisionNotFound")])
        {
            Assert.Equal((command, error), (command, shell.Run(command).ErrorId));
        }

        shell.Ok($"Update-ConsulPetSet consul @kube -Image {place.Cluster.ConsulImage} -Confirm:$false");
        Assert.Equal(before.GetProperty("metadata").GetProperty("generation").GetInt64(), place.Api.Get(place.Name, "statefulsets", "consul").GetProperty("metadata").GetProperty("generation").GetInt64());
        Assert.Equal(["consul-server"], place.ConfigMaps());
    }
}
