using System.Management.Automation;
using ConsulPets.Fakes;

namespace ConsulPets.Tests.Behaviour;

/// <summary>Errors are part of the interface: id, category, target, and what to do next.</summary>
public sealed class ErrorTests
{
    public static TheoryData<string, Action<FakeShell>, string, string, ErrorCategory> Faults => new()
    {
        { "a set that is not there", static _ => { }, "Get-ConsulPetSet none-such @kube", "PetSetNotFound", ErrorCategory.ObjectNotFound },
        { "a pet that is not there", static _ => { }, "Get-ConsulPet none-such @kube", "PetNotFound", ErrorCategory.ObjectNotFound },
        { "a pet that is not there to be restarted", static _ => { }, "Restart-ConsulPet none-such @kube -Confirm:$false", "PetNotFound", ErrorCategory.ObjectNotFound },
        { "a member that is not there", static _ => { }, "Get-ConsulMember none-such @kube", "MemberNotFound", ErrorCategory.ObjectNotFound },
        { "a context that is not there", static _ => { }, "Get-ConsulPetSet @kube -Context none-such", "ContextNotFound", ErrorCategory.ObjectNotFound },
        { "no kubeconfig", static _ => { }, "Get-ConsulPetSet -KubeConfig /none/such", "KubeConfigNotFound", ErrorCategory.ObjectNotFound },
        { "no way to Consul", static fake => fake.Set.ProxyIsForbidden = true, "Get-ConsulMember @kube", "KubernetesForbidden", ErrorCategory.PermissionDenied },
        { "no right to list", static fake => fake.Server.FailNext(9, "GET", "/apis/apps/v1/.*", 403, Status(403, "Forbidden")), "Get-ConsulPetSet @kube", "KubernetesForbidden", ErrorCategory.PermissionDenied },
        { "a busy API server", static fake => fake.Server.FailNext(9, "GET", "/apis/apps/v1/.*", 429, Status(429, "TooManyRequests")), "Get-ConsulPetSet @kube", "KubernetesBusy", ErrorCategory.ResourceBusy },
        { "a broken API server", static fake => fake.Server.FailNext(9, "GET", "/apis/apps/v1/.*", 500, Status(500, "InternalError")), "Get-ConsulPetSet @kube", "KubernetesFailed", ErrorCategory.ResourceUnavailable },
        { "a connection that is cut", static fake => fake.Server.DropConnection(9, "GET", "/apis/apps/v1/.*"), "Get-ConsulPetSet @kube", "ClusterUnreachable", ErrorCategory.ConnectionError },
        { "no pet that answers", static fake => fake.Set.DeadPods.UnionWith(["consul-0", "consul-1", "consul-2"]), "Get-ConsulMember @kube", "ConsulUnreachable", ErrorCategory.ConnectionError },
        { "no leader, and a pet to restart", static fake => fake.Set.Consul.Leader = null, "Restart-ConsulPet consul-1 @kube -Confirm:$false", "NoConsulLeader", ErrorCategory.ResourceUnavailable },
        { "a quorum that would be lost", static fake => fake.Set.Consul.Peers[2] = fake.Set.Consul.Peers[2] with { IsHealthy = false }, "Restart-ConsulPet consul-1 @kube -Confirm:$false -Force", "QuorumWouldBeLost", ErrorCategory.InvalidOperation },
        { "a token that may not read raft", static fake => fake.Set.Consul.LackedPermissions.Add("operator:read"), "Get-ConsulRaftPeer @kube", "ConsulPermissionDenied", ErrorCategory.PermissionDenied },
        { "a token that may read nothing", static fake => fake.Set.Consul.LackedPermissions.Add("node:read"), "Get-ConsulMember @kube", "ConsulPermissionDenied", ErrorCategory.PermissionDenied },
        { "a view that ACLs filter", static fake => fake.Set.Consul.IsFiltered = true, "Find-StalePet @kube", "ConsulViewFiltered", ErrorCategory.PermissionDenied },
        { "an even number of servers", static _ => { }, "New-ConsulPetSet other @kube -Replicas 2", "EvenReplicas", ErrorCategory.InvalidArgument },
        { "a name that DNS forbids", static _ => { }, "New-ConsulPetSet My_Set @kube", "NameInvalid", ErrorCategory.InvalidArgument },
        { "a storage class that is not there", static _ => { }, "New-ConsulPetSet other @kube -StorageClass none-such", "StorageClassNotFound", ErrorCategory.ObjectNotFound },
        { "volumes of an earlier set", static fake => fake.Set.Cluster.Remove("default", "statefulsets", "consul"), "New-ConsulPetSet consul @kube", "LeftoverVolumes", ErrorCategory.ResourceExists },
        { "a set with other values", static _ => { }, "New-ConsulPetSet consul @kube -Replicas 5", "PetSetExists", ErrorCategory.ResourceExists },
        { "volumes to adopt and to purge", static _ => { }, "New-ConsulPetSet other @kube -AdoptVolumes -PurgeVolumes", "InvalidArgument", ErrorCategory.InvalidArgument },
        { "server configuration that is no JSON", static _ => { }, "New-ConsulPetSet other @kube -ServerConfig '{'", "ServerConfigInvalid", ErrorCategory.InvalidArgument },
        { "a wait that is not fulfilled", static fake => fake.Set.Consul.Leader = null, "Wait-ConsulPetSet consul @kube -For Leader -TimeoutSeconds 1", "WaitTimedOut", ErrorCategory.OperationTimeout },
        { "an address that is none", static _ => { }, "Get-ConsulMember -Address 'no such address'", "AddressInvalid", ErrorCategory.InvalidArgument },
        { "an address where nobody listens", static _ => { }, "Get-ConsulMember -Address 127.0.0.1:1", "ConsulUnreachable", ErrorCategory.ConnectionError },
    };

    [Theory]
    [MemberData(nameof(Faults))]
    public async Task Each_fault_has_its_id_category_target_and_advice(string fault, Action<FakeShell> arrange, string command, string errorId, ErrorCategory category)
    {
        ArgumentNullException.ThrowIfNull(arrange);
        await using FakeShell fake = await FakeShell.StartAsync();
        arrange(fake);

        ShellResult result = fake.Shell.Run(command);

        Assert.True(result.Errors.Count > 0, $"{fault}: no error");
        ErrorRecord error = result.Errors[0];
        Assert.Equal(errorId, result.ErrorId);
        Assert.Equal(category, error.CategoryInfo.Category);
        Assert.NotNull(error.TargetObject);
        Assert.NotEmpty(error.ErrorDetails.RecommendedAction);
        Assert.Matches("[.:)\"]$", error.ErrorDetails.Message.TrimEnd());
        Assert.DoesNotContain("status code", error.ErrorDetails.Message, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("Exception", error.ErrorDetails.Message, StringComparison.Ordinal);
        Assert.Empty(fake.Server.Writes);
    }

    [Theory]
    [MemberData(nameof(Faults))]
    public async Task Each_fault_is_silent_or_stops_as_the_user_asked(string fault, Action<FakeShell> arrange, string command, string errorId, ErrorCategory category)
    {
        ArgumentNullException.ThrowIfNull(arrange);
        await using FakeShell fake = await FakeShell.StartAsync();
        arrange(fake);
        ShellResult stopped = fake.Shell.Run($"$ErrorActionPreference = 'Stop'; {command}; 'went on'");
        Assert.True(stopped.Output.Count == 0, fault);
        Assert.Contains(errorId, stopped.ErrorId, StringComparison.Ordinal);
        Assert.Equal(category, stopped.Errors[0].CategoryInfo.Category);
        Assert.Equal("went on", fake.Shell.Run($"try {{ {command} -ErrorAction SilentlyContinue }} catch {{ }}; 'went on'").Output[^1].ToString());
    }

    [Fact]
    public async Task A_forbidden_call_names_verb_and_resource()
    {
        await using FakeShell fake = await FakeShell.StartAsync();
        fake.Set.ProxyIsForbidden = true;
        ErrorRecord error = fake.Shell.Run("Get-ConsulMember @kube").Errors[0];
        Assert.Contains("may not get pods/proxy in namespace 'default'", error.ErrorDetails.Message, StringComparison.Ordinal);
        Assert.Contains("verb 'get' on 'pods/proxy'", error.ErrorDetails.RecommendedAction, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_expired_client_certificate_says_when_it_expired()
    {
        await using FakeShell fake = await FakeShell.StartAsync(options: new FakeApiServerOptions { DemandClientCertificate = true });
        string expired = fake.Server.WriteKubeConfig(new FakeKubeConfigOptions { FileName = "expired", Account = FakeAccount.ExpiredClientCertificate });
        ShellResult result = fake.Shell.Run("Get-ConsulPetSet -KubeConfig $expired", ("expired", expired));
        Assert.Equal("ClientCertificateExpired", result.ErrorId);
        Assert.Equal(ErrorCategory.AuthenticationError, result.Errors[0].CategoryInfo.Category);
        Assert.Matches("expired on 20[0-9][0-9]-", result.Errors[0].ErrorDetails.Message);
    }

    [Fact]
    public async Task An_API_server_that_is_gone_is_told_with_its_address()
    {
        string address;
        string folder = Directory.CreateTempSubdirectory("consulpets-").FullName;
        try
        {
            string copy = Path.Combine(folder, "config");
            await using (FakeShell fake = await FakeShell.StartAsync())
            {
                address = fake.Server.Address.GetLeftPart(UriPartial.Authority);
                File.Copy(fake.Server.KubeConfig, copy);
            }

            using var shell = new Shell(kubeConfig: copy);
            ShellResult result = shell.Run("Get-ConsulPetSet @kube");
            Assert.Equal("ClusterUnreachable", result.ErrorId);
            Assert.Contains(address, result.Errors[0].ErrorDetails.Message, StringComparison.Ordinal);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public async Task When_one_pets_agent_does_not_answer_another_is_asked()
    {
        await using FakeShell fake = await FakeShell.StartAsync();
        fake.Set.DeadPods.UnionWith(["consul-0", "consul-1"]);
        ShellResult result = fake.Shell.Ok("Get-ConsulMember @kube -Verbose");
        Assert.Equal(3, result.Output.Count);
        Assert.Contains(result.Verbose, static text => text.StartsWith("consul-0: ", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_failure_for_one_object_does_not_end_the_pipeline()
    {
        await using FakeShell fake = await FakeShell.StartAsync();
        ShellResult result = fake.Shell.Run("Restart-ConsulPet none-such, consul-2 @kube -PetSet consul -Confirm:$false");
        Assert.Equal("PetNotFound", result.ErrorId);
        Assert.Single(result.Errors);
        string[] taken = [.. fake.Server.Writes.Select(static write => write.Path).Where(static path => path.Contains("/pods/", StringComparison.Ordinal))];
        Assert.EndsWith("/pods/consul-2/eviction", Assert.Single(taken), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_secret_token_is_in_no_stream()
    {
        await using FakeShell fake = await FakeShell.StartAsync();
        fake.Set.Consul.LackedPermissions.Add("operator:write");
        fake.Set.AddStaleMember(5);
        const string Secret = "s3cr3t-token-of-the-test";
        var token = new System.Net.NetworkCredential(string.Empty, Secret).SecurePassword;
        ShellResult result = fake.Shell.Run(
            "Get-ConsulMember @kube -Token $token -Verbose -Debug 4>&1 5>&1; Find-StalePet @kube -Token $token -IntervalSeconds 2 | Remove-StalePet -Token $token -Confirm:$false -Verbose -Debug 4>&1 5>&1",
            ("token", token));
        Assert.Equal(Secret, fake.Set.Consul.LastToken);
        string everything = string.Join('\n', result.Output) + string.Join('\n', result.Errors.Select(static error => $"{error} {error.Exception}")) + fake.Shell.Host.Screen;
        Assert.Equal("ConsulPermissionDenied", result.ErrorId);
        Assert.DoesNotContain(Secret, everything, StringComparison.Ordinal);
        Assert.All(fake.Server.Requests, static request => Assert.DoesNotContain(Secret, request.PathAndQuery, StringComparison.Ordinal));
    }

    private static string Status(int code, string reason) => KubernetesStatus.Make(code, reason, "the test says so").ToJsonString();
}
