using System.Diagnostics;
using System.Management.Automation;

namespace ConsulPets.Cluster.Tests;

/// <summary>What goes wrong on a real cluster, and how it is told.</summary>
public sealed class TroubleScenario
{
    [ClusterFact]
    public void An_image_that_cannot_be_pulled_is_told_and_the_right_one_goes_on()
    {
        using var place = new OperatorNamespace("image");
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

    [ClusterFact]
    public void Ctrl_C_ends_a_wait_within_a_second_and_the_same_command_goes_on()
    {
        using var place = new OperatorNamespace("stop");
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
        Assert.Single(ScenarioShell.Names(place.Name, "statefulset"));
        Assert.Equal("Healthy", shell.Bootstrap("consul").Text("Status"));
    }

    [ClusterFact]
    public void What_the_cluster_refuses_is_told_before_anything_is_made()
    {
        using var place = new OperatorNamespace("refused");
        using Shell shell = place.Shell();
        string with = $"@kube -Image {TestCluster.ConsulImage} -StorageSize 1Gi";
        Assert.Equal("EvenReplicas", shell.Run($"New-ConsulPetSet consul {with} -Replicas 4").ErrorId);
        Assert.Equal("NameInvalid", shell.Run($"New-ConsulPetSet Consul_1 {with}").ErrorId);
        Assert.Equal("KubernetesInvalid", shell.Run($"New-ConsulPetSet consul {with} -Label @{{ 'not a label' = 'x' }}").ErrorId);

        ShellResult forbidden = shell.Run($"New-ConsulPetSet consul {with} -Namespace kube-system");
        Assert.Equal("KubernetesForbidden", forbidden.ErrorId);
        Assert.Equal(ErrorCategory.PermissionDenied, forbidden.Errors[0].CategoryInfo.Category);
        Assert.Matches("may not (list|get|patch) [a-z]+(\\.[a-z]+)? in namespace 'kube-system'", forbidden.Errors[0].Exception.Message);

        using var admin = new Shell(kubeConfig: TestCluster.AdminKubeConfig);
        ShellResult noClass = admin.Run($"New-ConsulPetSet consul {with} -Namespace {place.Name} -StorageClass none-such");
        Assert.Equal("StorageClassNotFound", noClass.ErrorId);
        Assert.Equal(ErrorCategory.ObjectNotFound, noClass.Errors[0].CategoryInfo.Category);

        Assert.Empty(ScenarioShell.Names(place.Name, "statefulset,service,pdb"));
    }

    [ClusterFact]
    public void A_field_that_another_manager_owns_is_named_and_taken_over_by_force_only()
    {
        using var place = new OperatorNamespace("fields");
        using Shell shell = place.Shell();
        Kubectl.RunWithInput(
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
            "apply", "-n", place.Name, "--server-side", "--field-manager=gitops", "-f", "-");
        string command = $"New-ConsulPetSet consul @kube -Image {TestCluster.ConsulImage} -StorageSize 1Gi -WhatIf";
        ShellResult conflict = shell.Run(command);
        Assert.Equal("FieldConflict", conflict.ErrorId);
        Assert.Equal(ErrorCategory.ResourceExists, conflict.Errors[0].CategoryInfo.Category);
        Assert.Contains("\"gitops\"", conflict.Errors[0].Exception.Message, StringComparison.Ordinal);
        Assert.Contains(".spec.ports", conflict.Errors[0].Exception.Message, StringComparison.Ordinal);
        Assert.Empty(ScenarioShell.Names(place.Name, "statefulset"));
        shell.Ok(command + " -Force");
    }

    [ClusterFact]
    public void A_reader_with_too_few_rights_is_told_which_one_is_missing()
    {
        using var place = new OperatorNamespace("rights");
        using (Shell shell = place.Shell())
        {
            shell.Bootstrap("consul", "-Replicas 1");
        }

        using var stranger = new Shell(kubeConfig: place.KubeConfigOf("stranger"));
        Assert.Matches("may not list (statefulsets|daemonsets).apps", stranger.Run("Get-ConsulPetSet @kube").Errors[0].Exception.Message);

        // All that a reader needs but the way to Consul.
        Kubectl.Run("create", "role", "halfreader", "-n", place.Name, "--verb=get,list,watch", "--resource=statefulsets.apps,daemonsets.apps,pods,persistentvolumeclaims");
        Kubectl.Run("create", "rolebinding", "halfreader", "-n", place.Name, "--role=halfreader", $"--serviceaccount={place.Name}:stranger");
        ShellResult result = stranger.Run("Get-ConsulMember @kube");
        Assert.Equal("KubernetesForbidden", result.ErrorId);
        Assert.Contains("may not get pods/proxy", result.Errors[0].Exception.Message, StringComparison.Ordinal);
        Assert.Contains("pods/proxy", result.Errors[0].ErrorDetails.RecommendedAction, StringComparison.Ordinal);
    }
}
