using System.Diagnostics;
using System.Management.Automation;

namespace ConsulPets.Cluster.Tests;

/// <summary>The ways in which an account proves itself to a real API server, beside the tokens and the client certificate of the other scenarios.</summary>
public sealed class AccountScenario
{
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(3);

    [EachCluster]
    public void An_exec_plugin_and_several_kubeconfig_files_are_let_in(ClusterKind cluster)
    {
        using OperatorNamespace place = PlaceWithOnePet(cluster);
        ExecPlugin(place);
        SeveralFiles(place);
    }

    // What a pod finds: the address in two variables, and token, authority and namespace in three files at a fixed place. The place is made in a mount
    // namespace of the process, so that nothing of this machine is touched.
    [EachCluster(NeedsMountNamespace = true)]
    public void A_pods_own_account_is_let_in(ClusterKind cluster)
    {
        using OperatorNamespace place = PlaceWithOnePet(cluster);
        PodsOwnAccount(place);
    }

    [EachCluster]
    public void A_token_file_may_be_turned_while_a_wait_runs(ClusterKind cluster)
    {
        using var place = new OperatorNamespace(cluster, "turned");
        string file = Path.Combine(place.Folder, "token");
        File.WriteAllText(file, place.BearerToken);
        string config = place.WriteKubeConfig("file.kubeconfig", "{ tokenFile: token }");
        using Shell shell = place.NewShell(config);
        using Shell waiting = place.NewShell(config);
        shell.Ok("New-ConsulPetSet consul @kube -Image hashicorp/consul:none-such -Replicas 1 -Ephemeral");
        using PowerShell wait = waiting.Create("Wait-ConsulPetSet consul @kube -For Stable -TimeoutSeconds 240");
        using var waited = new PSDataCollection<PSObject>();
        IAsyncResult running = wait.BeginInvoke<PSObject, PSObject>(null, waited);

        File.WriteAllText(file, place.Api.CreateToken(place.Name, OperatorNamespace.Account, "operator-token-2"));
        place.Api.Delete(place.Name, "secrets", "operator-token");
        using Shell former = place.Shell();
        Assert.True(SpinWait.SpinUntil(() => former.Run("Get-ConsulPetSet consul @kube").ErrorId == "KubernetesUnauthorized", Longest), "the former token still serves");
        Assert.False(running.IsCompleted, "the wait has ended");

        shell.Ok("New-ConsulPetSet consul @kube -Image $image -Replicas 1 -Ephemeral");
        Assert.True(running.AsyncWaitHandle.WaitOne(Longest), "the wait does not end");
        Assert.Empty(wait.Streams.Error);
        Assert.Equal("Healthy", Assert.Single(waited).Text("Status"));
    }

    private static OperatorNamespace PlaceWithOnePet(ClusterKind cluster)
    {
        var place = new OperatorNamespace(cluster, "account");
        using Shell shell = place.Shell();
        shell.Bootstrap("consul", "-Replicas 1 -Ephemeral");
        return place;
    }

    // The plugin's argument holds a blank, and its path is relative to the kubeconfig.
    private static void ExecPlugin(OperatorNamespace place)
    {
        string script = Path.Combine(place.Folder, "plugin");
        File.WriteAllText(script, $$$"""
            #!/bin/sh
            [ "$1" = "two words" ] || exit 1
            echo '{"apiVersion":"client.authentication.k8s.io/v1beta1","kind":"ExecCredential","status":{"token":"{{{place.BearerToken}}}"}}'
            """);
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(script, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        }

        string config = place.WriteKubeConfig("exec.kubeconfig", "{ exec: { apiVersion: client.authentication.k8s.io/v1beta1, command: ./plugin, args: [two words] } }");
        using var shell = new Shell(kubeConfig: config);
        Assert.Equal("consul", shell.Ok("Get-ConsulPetSet @kube").Output.Single().Text("Name"));
    }

    // The first file has the context, the second what it names; one that is not there is passed over.
    private static void SeveralFiles(OperatorNamespace place)
    {
        string first = Path.Combine(place.Folder, "first");
        File.WriteAllText(first, $"current-context: mine\ncontexts: [{{ name: mine, context: {{ cluster: test, user: account, namespace: {place.Name} }} }}]\n");
        string list = string.Join(Path.PathSeparator, first, Path.Combine(place.Folder, "none-such"), place.KubeConfig);
        string output = Run("dotnet", [FreshProcess, Script("(Get-ConsulPetSet).Name; (Get-ConsulPetSet).Context")], ("KUBECONFIG", list));
        Assert.StartsWith("consul\nmine\n", output, StringComparison.Ordinal);
    }

    private static void PodsOwnAccount(OperatorNamespace place)
    {
        string files = Directory.CreateDirectory(Path.Combine(place.Folder, "serviceaccount")).FullName;
        File.WriteAllText(Path.Combine(files, "token"), place.BearerToken);
        File.WriteAllText(Path.Combine(files, "ca.crt"), place.Cluster.Authority);
        File.WriteAllText(Path.Combine(files, "namespace"), place.Name);
        string asAPod = "mount -t tmpfs tmpfs /run && mkdir -p /run/secrets/kubernetes.io && cp -r \"$0\" /run/secrets/kubernetes.io/serviceaccount && exec dotnet \"$@\"";
        string output = Run(
            "unshare",
            ["--mount", "--map-root-user", "sh", "-ec", asAPod, files, FreshProcess, Script("(Get-ConsulPetSet).Name; (Get-ConsulMember).Name")],
            ("KUBERNETES_SERVICE_HOST", place.Cluster.Server.Host),
            ("KUBERNETES_SERVICE_PORT", place.Cluster.Server.Port.ToString(System.Globalization.CultureInfo.InvariantCulture)),
            ("KUBECONFIG", null),
            ("HOME", place.Folder));
        Assert.StartsWith("consul\nconsul-0\n", output, StringComparison.Ordinal);
    }

    private static string FreshProcess => Path.Combine(AppContext.BaseDirectory, "ConsulPets.FreshProcess.dll");

    private static string Script(string script) => $"Import-Module '{Repository.Manifest}'; {script}";

    private static string Run(string program, string[] arguments, params (string Name, string? Value)[] environment)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach ((string name, string? value) in environment)
        {
            start.Environment[name] = value;
        }

        using Process process = Process.Start(start)!;
        Task<string> errors = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, $"{output}\n{errors.GetAwaiter().GetResult()}");
        return output;
    }
}
