using System.Management.Automation;
using Xunit.Abstractions;

namespace ConsulPets.Cluster.Tests;

/// <summary>Another server configuration is rolled over a set, and back.</summary>
public sealed class UpdateScenario : MeasuredScenario
{
    public UpdateScenario(ITestOutputHelper output)
        : base(output)
    {
    }

    [EachCluster]
    public void A_server_configuration_comes_pet_by_pet_and_goes_with_an_undo(ClusterKind cluster)
    {
        using var place = new OperatorNamespace(cluster, "config");
        using Shell shell = place.Shell();
        shell.Bootstrap("consul", ScenarioShell.Quick);
        Dictionary<string, PSObject> before = shell.Pets("consul");
        Measure(place, "server configuration, canary, lost pet and undo", 3, () => UpdateAndUndo(shell, place));
        place.AssertEnded(shell, before);
    }

    private static void UpdateAndUndo(Shell shell, OperatorNamespace place)
    {
        string canary = shell.NotLeading();
        const string Change = "Update-ConsulPetSet consul @kube -ServerConfig @{ disable_update_check = $true; log_level = 'DEBUG' } -Annotation @{ round = '1' } -Confirm:$false";
        Dictionary<string, string> uids = place.Api.PodUids(place.Name);
        shell.Ok($"{Change} -WhatIf");
        Assert.Equal(["consul-server"], place.ConfigMaps());
        shell.Ok($"{Change} -StopAfter {canary}");
        Assert.Equal([canary], place.Replaced(uids));

        // A pet that is lost at the canary's stop comes back as it was: with the former template, and the former configuration.
        string waiting = uids.Keys.First(pet => pet != canary);
        place.Api.Lose(place.Name, waiting);
        shell.Settle();
        Assert.Equal("consul-server", place.ConfigMapOf(waiting));
        Assert.NotEqual("consul-server", place.ConfigMapOf(canary));

        shell.Ok(Change);
        string written = Assert.Single(place.ConfigMaps(), static map => map != "consul-server");
        Assert.All(uids.Keys, pet => Assert.Equal(written, place.ConfigMapOf(pet)));
        Assert.True(place.Api.Get($"/api/v1/namespaces/{place.Name}/pods/consul-0:8500/proxy/v1/agent/self").GetProperty("DebugConfig").GetProperty("DisableUpdateCheck").GetBoolean());
        Assert.False(place.IsMarked());

        shell.Ok("Undo-ConsulPetSet consul @kube -Confirm:$false");
        Assert.All(uids.Keys, pet => Assert.Equal("consul-server", place.ConfigMapOf(pet)));
    }
}
