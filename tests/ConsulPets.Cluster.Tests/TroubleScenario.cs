using System.Diagnostics;
using System.Management.Automation;

namespace ConsulPets.Cluster.Tests;

/// <summary>What goes wrong on a real cluster, and how it is told.</summary>
public sealed class TroubleScenario
{
    [EachCluster]
    public void An_image_that_cannot_be_pulled_is_told_and_the_right_one_goes_on(ClusterKind cluster)
    {
        using var place = new OperatorNamespace(cluster, "image");
        using Shell shell = place.Shell();
        ShellResult waited = shell.Run("New-ConsulPetSet consul @kube -Image hashicorp/consul:none-such -StorageSize 1Gi -Wait -TimeoutSeconds 30");
        Assert.Equal("WaitTimedOut", waited.ErrorId);
        Assert.Equal(ErrorCategory.OperationTimeout, waited.Errors[0].CategoryInfo.Category);
        Assert.Matches("ErrImagePull|ImagePullBackOff|ErrImageNeverPull", waited.Errors[0].Exception.Message);
        PSObject set = shell.Ok("Get-ConsulPetSet consul @kube").Output.Single();
        Assert.Equal("Bootstrapping", set.Text("Status"));
        Assert.Matches("ErrImagePull|ImagePullBackOff|ErrImageNeverPull", set.Text("Message"));

        Assert.Equal("Healthy", shell.Bootstrap("consul").Text("Status"));
    }

    [EachCluster]
    public void Ctrl_C_ends_a_wait_within_a_second_and_the_same_command_goes_on(ClusterKind cluster)
    {
        using var place = new OperatorNamespace(cluster, "stop");
        using Shell shell = place.Shell();
        using PowerShell waiting = shell.Create("New-ConsulPetSet consul @kube -Image hashicorp/consul:none-such -StorageSize 1Gi -Wait -Verbose", []);
        IAsyncResult run = waiting.BeginInvoke();
        Assert.True(SpinWait.SpinUntil(() => shell.Host.Progress.Count > 0, TimeSpan.FromSeconds(30)), "no progress was shown");
        long stopped = Stopwatch.GetTimestamp();
        waiting.Stop();
        TimeSpan took = Stopwatch.GetElapsedTime(stopped);
        Assert.Equal(PSInvocationState.Stopped, waiting.InvocationStateInfo.State);
        Assert.True(took < TimeSpan.FromSeconds(1), $"Stop() took {took}");
        Assert.True(run.IsCompleted);
        Assert.Single(place.Api.Names(place.Name, "statefulsets"));
        Assert.Equal("Healthy", shell.Bootstrap("consul").Text("Status"));
    }

    [EachCluster]
    public void What_the_cluster_refuses_is_told_before_anything_is_made(ClusterKind cluster)
    {
        using var place = new OperatorNamespace(cluster, "refused");
        using Shell shell = place.Shell();
        string with = $"@kube -Image {place.Cluster.ConsulImage} -StorageSize 1Gi";
        Assert.Equal("EvenReplicas", shell.Run($"New-ConsulPetSet consul {with} -Replicas 4").ErrorId);
        Assert.Equal("NameInvalid", shell.Run($"New-ConsulPetSet Consul_1 {with}").ErrorId);
        Assert.Equal("KubernetesInvalid", shell.Run($"New-ConsulPetSet consul {with} -Label @{{ 'not a label' = 'x' }}").ErrorId);

        ShellResult forbidden = shell.Run($"New-ConsulPetSet consul {with} -Namespace kube-system");
        Assert.Equal("KubernetesForbidden", forbidden.ErrorId);
        Assert.Equal(ErrorCategory.PermissionDenied, forbidden.Errors[0].CategoryInfo.Category);
        Assert.Matches("may not (list|get|patch) [a-z]+(\\.[a-z]+)? in namespace 'kube-system'", forbidden.Errors[0].Exception.Message);

        using var admin = place.NewShell(place.Cluster.AdminKubeConfig);
        ShellResult noClass = admin.Run($"New-ConsulPetSet consul {with} -Namespace {place.Name} -StorageClass none-such");
        Assert.Equal("StorageClassNotFound", noClass.ErrorId);
        Assert.Equal(ErrorCategory.ObjectNotFound, noClass.Errors[0].CategoryInfo.Category);

        Assert.Empty(place.Api.Names(place.Name, "statefulsets", "services", "poddisruptionbudgets"));
    }

    [EachCluster]
    public void A_field_that_another_manager_owns_is_named_and_taken_over_by_force_only(ClusterKind cluster)
    {
        using var place = new OperatorNamespace(cluster, "fields");
        using Shell shell = place.Shell();
        place.Api.Apply(
            place.Name,
            """
            apiVersion: v1
            kind: Service
            metadata:
              name: consul
            spec:
              clusterIP: None
              selector: { app: mine }
              ports: [{ name: http, port: 8500, protocol: TCP, targetPort: mine }]
            """,
            manager: "gitops");
        string command = $"New-ConsulPetSet consul @kube -Image {place.Cluster.ConsulImage} -StorageSize 1Gi -WhatIf";
        ShellResult conflict = shell.Run(command);
        Assert.Equal("FieldConflict", conflict.ErrorId);
        Assert.Equal(ErrorCategory.ResourceExists, conflict.Errors[0].CategoryInfo.Category);
        Assert.Contains("\"gitops\"", conflict.Errors[0].Exception.Message, StringComparison.Ordinal);
        Assert.Contains(".spec.ports", conflict.Errors[0].Exception.Message, StringComparison.Ordinal);
        Assert.Empty(place.Api.Names(place.Name, "statefulsets"));
        shell.Ok(command + " -Force");
    }

    [EachCluster]
    public void A_reader_with_too_few_rights_is_told_which_one_is_missing(ClusterKind cluster)
    {
        using var place = new OperatorNamespace(cluster, "rights");
        using (Shell shell = place.Shell())
        {
            shell.Bootstrap("consul", "-Replicas 1");
        }

        using var stranger = new Shell(kubeConfig: place.KubeConfigOf("stranger"));
        Assert.Matches("may not list (statefulsets|daemonsets).apps", stranger.Run("Get-ConsulPetSet @kube").Errors[0].Exception.Message);

        // All that a reader needs but the way to Consul.
        place.Api.Create(place.Name, """
            apiVersion: rbac.authorization.k8s.io/v1
            kind: Role
            metadata: { name: halfreader }
            rules:
            - { apiGroups: [apps], resources: [statefulsets, daemonsets], verbs: [get, list, watch] }
            - { apiGroups: [""], resources: [pods, persistentvolumeclaims], verbs: [get, list, watch] }
            ---
            apiVersion: rbac.authorization.k8s.io/v1
            kind: RoleBinding
            metadata: { name: halfreader }
            roleRef: { apiGroup: rbac.authorization.k8s.io, kind: Role, name: halfreader }
            subjects: [{ kind: ServiceAccount, name: stranger }]
            """.Replace("name: stranger }", $"name: stranger, namespace: {place.Name} }}", StringComparison.Ordinal));
        ShellResult result = stranger.Run("Get-ConsulMember @kube");
        Assert.Equal("KubernetesForbidden", result.ErrorId);
        Assert.Contains("may not get pods/proxy", result.Errors[0].Exception.Message, StringComparison.Ordinal);
        Assert.Contains("pods/proxy", result.Errors[0].ErrorDetails.RecommendedAction, StringComparison.Ordinal);
    }
}
