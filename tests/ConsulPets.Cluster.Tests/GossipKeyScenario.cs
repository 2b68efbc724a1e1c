using System.Text;
using System.Text.Json.Nodes;

namespace ConsulPets.Cluster.Tests;

/// <summary>The gossip key of a running set is turned.</summary>
public sealed class GossipKeyScenario
{
    [EachCluster]
    public void The_key_is_turned_under_a_client_that_writes_and_a_pet_that_is_lost_afterwards_comes_back(ClusterKind cluster)
    {
        using var place = new OperatorNamespace(cluster, "keys");
        using Shell shell = place.Shell();
        shell.Bootstrap("consul", $"-GossipEncryption {ScenarioShell.Quick}");
        string former = Key(place);
        Dictionary<string, string> uids = place.Api.PodUids(place.Name);
        using (var writer = new SteadyWriter(place.Api, place.Name, "consul-0", "consul-1", "consul-2"))
        {
            shell.Ok("Update-ConsulGossipKey consul @kube -Confirm:$false");
            Assert.Empty(writer.End().Except(place.Api.Keys(place.Name, "consul-0", "steady/")));
        }

        Assert.Equal(uids, place.Api.PodUids(place.Name));
        Assert.NotEqual(former, Key(place));
        string keyring = place.Api.Get($"/api/v1/namespaces/{place.Name}/pods/consul-1:8500/proxy/v1/operator/keyring").GetRawText();
        Assert.DoesNotContain(former, keyring, StringComparison.Ordinal);
        Assert.Contains(Key(place), keyring, StringComparison.Ordinal);

        place.Api.Lose(place.Name, "consul-2");
        shell.Settle();
        Assert.Equal(3, shell.Ok("Get-ConsulMember -PetSet consul @kube").Output.Count);
    }

    private static string Key(OperatorNamespace place) => (string)JsonNode.Parse(Encoding.UTF8.GetString(Convert.FromBase64String(
        place.Api.Get(place.Name, "secrets", "consul-server-secrets").GetProperty("data").GetProperty("secrets.json").GetString()!)))!["encrypt"]!;
}
