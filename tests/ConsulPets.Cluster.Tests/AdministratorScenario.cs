namespace ConsulPets.Cluster.Tests;

/// <summary>The same by an administrator, whose kubeconfig has a client certificate, and by the default context of $env:KUBECONFIG.</summary>
public sealed class AdministratorScenario
{
    [EachCluster]
    public void An_administrator_sees_the_sets_of_all_namespaces(ClusterKind cluster)
    {
        using var one = new OperatorNamespace(cluster, "one");
        using var two = new OperatorNamespace(cluster, "two");
        using (Shell shell = one.Shell())
        {
            shell.Ok($"New-ConsulPetSet alpha @kube -Image {one.Cluster.ConsulImage} -Ephemeral -Replicas 1");
        }

        using var admin = one.NewShell(one.Cluster.AdminKubeConfig);
        admin.Ok($"New-ConsulPetSet beta @kube -Namespace {two.Name} -Image {one.Cluster.ConsulImage} -Ephemeral -Replicas 1 -Wait");
        admin.Ok($"Wait-ConsulPetSet alpha @kube -Namespace {one.Name} -For Leader");
        string[] found = [.. admin.Ok("Get-ConsulPetSet @kube -AllNamespaces").Output.Select(static set => $"{set.Text("Namespace")}/{set.Text("Name")}")];
        Assert.Contains($"{one.Name}/alpha", found);
        Assert.Contains($"{two.Name}/beta", found);

        // Objects know where they came from: no parameter has to be repeated along a pipeline.
        Assert.Equal(["alpha-0"], admin.Ok($"Get-ConsulPetSet alpha @kube -Namespace {one.Name} | Get-ConsulPet").Output.Select(static pet => pet.Text("Name")));
        admin.Ok($"Get-ConsulPetSet @kube -AllNamespaces | Where-Object Namespace -in '{one.Name}','{two.Name}' | Remove-ConsulPetSet -Confirm:$false");
        Assert.Empty(one.Api.Names(one.Name, "statefulsets"));
        Assert.Empty(two.Api.Names(two.Name, "statefulsets"));
    }
}
