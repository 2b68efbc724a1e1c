using System.Management.Automation;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace ConsulPets.Cluster.Tests;

/// <summary>A set that is closed to strangers.</summary>
public sealed class SecureScenario
{
    [EachCluster]
    public void Strangers_are_refused_by_Consul_and_who_may_read_the_Secret_is_told_nothing_but_the_name(ClusterKind cluster)
    {
        using var place = new OperatorNamespace(cluster, "secure");
        using Shell shell = place.Shell();
        PSObject set = shell.Bootstrap("consul", $"-Secure {ScenarioShell.Quick}");
        Assert.Equal("Healthy", set.Text("Status"));
        Dictionary<string, PSObject> pets = shell.Pets("consul");
        string address = pets["consul-1"].Text("PodIP");
        Strangers(place, shell, address);
        GossipWithoutTheKey(place, shell, address);

        // Nothing but the name, through the proxy and over a port-forward.
        foreach (string via in (string[])["ApiProxy", "PortForward", "Direct"])
        {
            Assert.Equal(via, shell.Ok($"Connect-ConsulPetSet consul @kube -Via {via}").Output.Single().Text("Via"));
            Assert.Equal(3, shell.Ok("Get-ConsulMember").Output.Count);
            Assert.Equal(3, shell.Ok("Get-ConsulRaftPeer").Output.Count);
            Assert.Equal("Healthy", shell.Ok("Wait-ConsulPetSet -TimeoutSeconds 60").Output.Single().Text("Status"));
            Assert.Empty(shell.Ok("Find-StalePet -IntervalSeconds 2").Output);
            Assert.True((bool)shell.Ok("Test-ConsulPetSet -Quiet").Output.Single().BaseObject);
            shell.Ok("Disconnect-ConsulPetSet");
        }

        shell.Ok("Restart-ConsulPet consul-2 @kube -Confirm:$false -Wait");
        shell.Ok("Set-ConsulAutopilot consul @kube -LastContactThreshold 250ms -Confirm:$false");
        NothingSecret(place, shell);
        Removed(place, shell);
    }

    [EachCluster]
    public void Who_may_not_read_the_Secret_gives_the_token_and_an_authority_of_ones_own_is_trusted(ClusterKind cluster)
    {
        using var place = new OperatorNamespace(cluster, "own");
        using Shell shell = place.Shell();
        WriteAuthority(place, "ca");
        WriteAuthority(place, "wrong");
        shell.Bootstrap("consul", $"-Secure -Replicas 1 -CACertificate '{place.Folder}/ca.pem' -CAKey '{place.Folder}/ca.key' {ScenarioShell.Quick}");
        using Shell reader = place.NewShell(place.KubeConfigOf("reader"));
        place.Api.Create(place.Name, Reader(place.Name));
        ShellResult refused = reader.Run("Get-ConsulMember -PetSet consul @kube");
        Assert.Equal("KubernetesForbidden", refused.ErrorId);
        Assert.Contains("'consul-token'", refused.Errors[0].Exception.Message, StringComparison.Ordinal);
        Assert.Contains("-Token", refused.Errors[0].ErrorDetails.RecommendedAction, StringComparison.Ordinal);

        reader.Set("token", new System.Net.NetworkCredential(string.Empty, Entry(place, "consul-token", "token")).SecurePassword);
        Assert.Equal("consul-0", reader.Ok("(Get-ConsulMember -PetSet consul @kube -Token $token).Name").Output.Single().ToString());
        reader.Ok("Connect-ConsulPetSet consul @kube -Via PortForward -Token $token");
        Assert.Equal("Leader", reader.Ok("Get-ConsulPet").Output.Single().Text("RaftRole"));

        // The authority that was given, another one, and none at all on purpose.
        string wrong = Path.Combine(place.Folder, "wrong.pem");
        shell.Ok($"Connect-ConsulPetSet consul @kube -Via PortForward -CACertificate '{place.Folder}/ca.pem'");
        foreach (string via in (string[])["PortForward", "Direct"])
        {
            ShellResult untrusted = shell.Run($"Connect-ConsulPetSet consul @kube -Via {via} -CACertificate '{wrong}'");
            Assert.Equal("ConsulUnreachable", untrusted.ErrorId);
            Assert.Contains("is not trusted", untrusted.Errors[0].Exception.Message, StringComparison.Ordinal);
            ShellResult skipped = shell.Ok($"Connect-ConsulPetSet consul @kube -Via {via} -CACertificate '{wrong}' -SkipCertificateCheck");
            Assert.Contains(skipped.Warnings, static warning => warning.Contains("not verified", StringComparison.Ordinal));
            Assert.Equal("ConsulUnreachable", shell.Run("Get-ConsulMember").ErrorId);
            shell.Ok("Disconnect-ConsulPetSet");
        }
    }

    // As a user makes one, with whatever tool.
    private static void WriteAuthority(OperatorNamespace place, string name)
    {
        using var key = RSA.Create(2048);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, hasPathLengthConstraint: false, 0, critical: true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign, critical: true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, critical: false));
        using X509Certificate2 certificate = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddYears(1));
        File.WriteAllText(Path.Combine(place.Folder, $"{name}.pem"), certificate.ExportCertificatePem());
        File.WriteAllText(Path.Combine(place.Folder, $"{name}.key"), key.ExportPkcs8PrivateKeyPem());
    }

    // Each of these is tried, and refused by Consul itself.
    private static void Strangers(OperatorNamespace place, Shell shell, string address)
    {
        string raft = $"/api/v1/namespaces/{place.Name}/pods/https:consul-1:8501/proxy/v1/operator/raft/configuration";
        Assert.Equal(403, place.Api.Refusal("GET", raft, null, "application/json").GetProperty("code").GetInt32());
        shell.Set("wrong", new System.Net.NetworkCredential(string.Empty, Guid.NewGuid().ToString()).SecurePassword);
        Assert.Equal("ConsulPermissionDenied", shell.Run("Get-ConsulRaftPeer -PetSet consul @kube -Token $wrong").ErrorId);

        // Plain text: nobody serves the HTTP API without TLS, and the port for TLS answers no plain request.
        const string Plain = "GET /v1/status/leader HTTP/1.0\r\n\r\n";
        Assert.Equal(string.Empty, Say(address, 8500, Plain));
        Assert.Matches("^(HTTP/1.0 400 Bad Request[\\s\\S]*)?$", Say(address, 8501, Plain));

        // A stranger that speaks to the servers' own port, with a certificate of another authority and with none.
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using X509Certificate2 own = new CertificateRequest("CN=server.dc1.consul", key, HashAlgorithmName.SHA256).CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        Assert.False(IsLetIn(address, own));
        Assert.False(IsLetIn(address, null));
    }

    // Consul's RPC over TLS: the first byte says so (agent/pool, RPCTLS = 3).
    private static bool IsLetIn(string address, X509Certificate2? certificate)
    {
        try
        {
            using var connection = new TcpClient(address, 8300) { ReceiveTimeout = 10_000 };
            connection.GetStream().WriteByte(3);
#pragma warning disable CA5359 // The stranger does not care whom it talks to.
            using var secure = new SslStream(connection.GetStream(), leaveInnerStreamOpen: false, static (_, _, _, _) => true);
#pragma warning restore CA5359
            secure.AuthenticateAsClient("server.dc1.consul", certificate is null ? null : [certificate], SslProtocols.None, checkCertificateRevocation: false);
            secure.WriteByte(0);
            return secure.ReadByte() >= 0;
        }
        catch (Exception exception) when (exception is IOException or AuthenticationException or SocketException)
        {
            return false;
        }
    }

    private static string Say(string address, int port, string text)
    {
        try
        {
            using var connection = new TcpClient(address, port) { ReceiveTimeout = 10_000 };
            connection.GetStream().Write(Encoding.ASCII.GetBytes(text));
            return new StreamReader(connection.GetStream()).ReadToEnd();
        }
        catch (Exception exception) when (exception is IOException or SocketException)
        {
            return string.Empty;
        }
    }

    // An agent of a stranger, who knows where the servers are and has no key.
    private static void GossipWithoutTheKey(OperatorNamespace place, Shell shell, string address)
    {
        place.Api.Create(place.Name, $$"""
            apiVersion: v1
            kind: Pod
            metadata: { name: stranger }
            spec:
              restartPolicy: Never
              terminationGracePeriodSeconds: 1
              containers:
              - name: consul
                image: {{place.Cluster.ConsulImage}}
                command: [/bin/sh, -ec, 'exec consul agent -node=stranger -data-dir=/tmp/stranger -bind="$POD_IP" -retry-join={{address}} -retry-interval=1s -retry-max=3']
                env: [{ name: POD_IP, valueFrom: { fieldRef: { fieldPath: status.podIP } } }]
            """);

        // It gives up: no server takes it in.
        Assert.True(
            SpinWait.SpinUntil(() => place.Api.Get(place.Name, "pods", "stranger").GetProperty("status").GetProperty("phase").GetString() is "Failed" or "Succeeded", TimeSpan.FromMinutes(2)),
            "the stranger does not give up");
        Assert.DoesNotContain("stranger", shell.Ok("(Get-ConsulMember -PetSet consul @kube).Name").Output.Select(static name => name.ToString()));
        place.Api.Lose(place.Name, "stranger");
    }

    // What the cluster stores outside Secrets, and what was shown.
    private static void NothingSecret(OperatorNamespace place, Shell shell)
    {
        string[] secrets =
        [
            Entry(place, "consul-token", "token"),
            System.Text.Json.Nodes.JsonNode.Parse(Entry(place, "consul-server-secrets", "secrets.json"))!["encrypt"]!.GetValue<string>(),
            Entry(place, "consul-server-secrets", "tls.key").Split('\n')[1],
            Entry(place, "consul-authority", "ca.key").Split('\n')[1],
        ];
        string[] stored = ["configmaps", "pods", "statefulsets", "services", "events", "leases", "persistentvolumeclaims", "controllerrevisions", "serviceaccounts"];
        IEnumerable<string> texts = stored.SelectMany(resource => place.Api.List(place.Name, resource)).Select(static item => item.GetRawText());
        ShellResult all = shell.Ok("Get-ConsulPetSet consul @kube -Verbose; Get-ConsulPet -PetSet consul @kube -Verbose; Test-ConsulPetSet consul @kube -Verbose; New-ConsulPetSet consul @kube -Image $image -StorageSize 1Gi -Secure -WhatIf -Verbose " + ScenarioShell.Quick);
        IEnumerable<string> shown = [.. all.Verbose, .. all.Warnings, shell.Show("Get-ConsulPetSet consul @kube | Select-Object *; Get-ConsulPet -PetSet consul @kube | Select-Object *")];
        Assert.All(texts.Concat(shown), text => Assert.All(secrets, secret => Assert.DoesNotContain(secret, text, StringComparison.Ordinal)));
    }

    // The Secrets stay with the volumes, and go with them.
    private static void Removed(OperatorNamespace place, Shell shell)
    {
        string token = Entry(place, "consul-token", "token");
        shell.Ok("Remove-ConsulPetSet consul @kube -Wait -Confirm:$false");
        Assert.Equal(token, Entry(place, "consul-token", "token"));
        Assert.Equal("Healthy", shell.Bootstrap("consul", $"-Secure -AdoptVolumes {ScenarioShell.Quick}").Text("Status"));
        Assert.Equal(3, shell.Ok("Get-ConsulRaftPeer -PetSet consul @kube").Output.Count);
        shell.Ok("Remove-ConsulPetSet consul @kube -PurgeVolumes -Wait -Confirm:$false");
        Assert.DoesNotContain(place.Api.Names(place.Name, "secrets"), static name => name.StartsWith("consul-", StringComparison.Ordinal));
    }

    private static string Entry(OperatorNamespace place, string secret, string entry) =>
        Encoding.UTF8.GetString(Convert.FromBase64String(place.Api.Get(place.Name, "secrets", secret).GetProperty("data").GetProperty(entry).GetString()!));

    private static string Reader(string place) => $$"""
        apiVersion: rbac.authorization.k8s.io/v1
        kind: Role
        metadata: { name: reader }
        rules:
        - { apiGroups: [apps], resources: [statefulsets, daemonsets], verbs: [get, list, watch] }
        - { apiGroups: [""], resources: [pods, persistentvolumeclaims], verbs: [get, list, watch] }
        - { apiGroups: [""], resources: [configmaps], verbs: [get] }
        - { apiGroups: [""], resources: [pods/proxy, pods/portforward], verbs: [get, create] }
        ---
        apiVersion: rbac.authorization.k8s.io/v1
        kind: RoleBinding
        metadata: { name: reader }
        roleRef: { apiGroup: rbac.authorization.k8s.io, kind: Role, name: reader }
        subjects: [{ kind: ServiceAccount, name: reader, namespace: {{place}} }]
        """;
}
