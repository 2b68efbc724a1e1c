using System.Management.Automation;

namespace ConsulPets.Cluster.Tests;

/// <summary>The servers' certificate of a running set is looked at and turned.</summary>
public sealed class CertificateScenario
{
    [EachCluster]
    public void The_certificate_is_turned_and_no_pet_is_restarted(ClusterKind cluster)
    {
        using var place = new OperatorNamespace(cluster, "certs");
        using Shell shell = place.Shell();
        shell.Bootstrap("consul", $"-Secure {ScenarioShell.Quick}");
        PSObject[] before = [.. shell.Ok("Get-ConsulServerCertificate consul @kube").Output];
        Assert.Equal(["consul-0", "consul-1", "consul-2"], before.Select(static certificate => certificate.Text("Pet")));
        Assert.All(before, static certificate =>
        {
            Assert.Equal("True", certificate.Text("IsCurrent"));
            Assert.InRange((int)certificate.Properties["DaysLeft"].Value, 700, 730);
            Assert.Contains("server.dc1.consul", (string[])certificate.Properties["Names"].Value);
        });
        Dictionary<string, string> uids = place.Api.PodUids(place.Name);

        PSObject[] after = [.. shell.Ok("Update-ConsulServerCertificate consul @kube -Confirm:$false -PassThru").Output];
        Assert.Equal(3, after.Length);
        Assert.All(after, static certificate => Assert.Equal("True", certificate.Text("IsCurrent")));
        Assert.Empty(after.Select(static certificate => certificate.Text("SerialNumber")).Intersect(before.Select(static certificate => certificate.Text("SerialNumber"))));
        Assert.Equal(uids, place.Api.PodUids(place.Name));
        Assert.All(shell.Pets("consul").Values, static pet => Assert.Equal("0", pet.Text("Restarts")));
        Assert.Equal("Healthy", shell.Ok("Wait-ConsulPetSet consul @kube -TimeoutSeconds 60").Output.Single().Text("Status"));
        Assert.False(place.Api.Get(place.Name, "secrets", "consul-server-secrets").GetProperty("metadata").TryGetProperty("annotations", out System.Text.Json.JsonElement notes) && notes.TryGetProperty("consulpets.io/certificate-turning", out _));
    }
}
