using System.Management.Automation;

namespace ConsulPets.Cluster.Tests;

/// <summary>What a removal leaves behind, and how the next set treats it.</summary>
public sealed class RemovalScenario
{
    [EachCluster]
    public void Volumes_stay_unless_purged_and_pods_stay_when_kept(ClusterKind cluster)
    {
        using var place = new OperatorNamespace(cluster, "removal");
        using Shell shell = place.Shell();
        string[] claims = ["data-consul-0", "data-consul-1", "data-consul-2"];
        shell.Bootstrap("consul");
        place.Consul("consul-0", "kv", "put", "story", "kept");

        // The pods outlive their set, and a set of the same name takes them back as they are.
        Dictionary<string, string> uids = place.Api.PodUids(place.Name);
        shell.Ok("Remove-ConsulPetSet consul @kube -KeepPets -Confirm:$false -Wait");
        Assert.Empty(place.Api.Names(place.Name, "statefulsets"));
        Assert.Equal(uids.OrderBy(static pod => pod.Key), place.Api.PodUids(place.Name).OrderBy(static pod => pod.Key));
        Assert.Equal("kept", place.Consul("consul-1", "kv", "get", "story"));
        shell.Bootstrap("consul", "-AdoptVolumes");
        Assert.Equal(uids.OrderBy(static pod => pod.Key), place.Api.PodUids(place.Name).OrderBy(static pod => pod.Key));

        shell.Ok("Remove-ConsulPetSet consul @kube -WhatIf -PurgeVolumes");
        Assert.Equal(uids.Count, place.Api.PodUids(place.Name).Count);
        shell.Ok("Get-ConsulPetSet consul @kube | Remove-ConsulPetSet -Confirm:$false -Wait");
        Assert.Empty(place.Api.PodUids(place.Name));
        Assert.Equal(claims, place.Api.Names(place.Name, "persistentvolumeclaims"));
        Assert.Empty(place.Api.Names(place.Name, "statefulsets", "services", "poddisruptionbudgets"));
        Assert.DoesNotContain("consul-server", place.Api.Names(place.Name, "configmaps"));

        // The old data is not picked up by chance.
        ShellResult refused = shell.Run("New-ConsulPetSet consul @kube -Image $image -StorageSize 1Gi");
        Assert.Equal("LeftoverVolumes", refused.ErrorId);
        Assert.Equal(ErrorCategory.ResourceExists, refused.Errors[0].CategoryInfo.Category);
        shell.Bootstrap("consul", "-AdoptVolumes");
        Assert.Equal("kept", place.Consul("consul-2", "kv", "get", "story"));

        shell.Ok("Remove-ConsulPetSet consul @kube -PurgeVolumes -Confirm:$false -Wait");
        Assert.Empty(place.Api.Names(place.Name, "persistentvolumeclaims"));
        Assert.Equal("PetSetNotFound", shell.Run("Remove-ConsulPetSet consul @kube -Confirm:$false").ErrorId);
    }
}
