using System.Text.Json;
using System.Text.Json.Nodes;
using ConsulPets.Engine.Executing;
using ConsulPets.Planning;

namespace ConsulPets.Engine.Tests;

/// <summary>The server configurations that earlier updates left, at the end of an update.</summary>
public class ConfigurationTidyTests
{
    [Fact]
    public async Task What_nobody_reads_is_deleted_while_the_Lease_still_keeps_other_operators_out()
    {
        await using Lab lab = await Lab.StartAsync();
        AddConfigMap(lab, "consul-server-01234567");
        await RunAsync(lab, new PreparedTemplate([], Hash(lab), null, []));
        Assert.Equal(
            ["POST leases", "PATCH consul", "DELETE consul-server-01234567", "PUT consul-consulpets"],
            lab.Server.Writes.Select(static write => $"{write.Method} {write.Path.Split('/')[^1]}"));
    }

    [Fact]
    public async Task What_a_pod_reads_or_is_none_of_an_update_stays()
    {
        await using Lab lab = await Lab.StartAsync();
        AddConfigMap(lab, "consul-server-01234567");
        AddConfigMap(lab, "consul-server-of-mine");
        lab.Set.Cluster.Change("default", "pods", "consul-1", static pod => pod["spec"]!["volumes"] = new JsonArray(
            new JsonObject { ["name"] = "config", ["configMap"] = new JsonObject { ["name"] = "consul-server-01234567" } }));
        await RunAsync(lab, new PreparedTemplate([], Hash(lab), null, []));
        Assert.DoesNotContain(lab.Server.Writes, static write => write.Method == "DELETE");
    }

    [Fact]
    public async Task A_run_without_a_template_of_its_own_deletes_none()
    {
        await using Lab lab = await Lab.StartAsync();
        AddConfigMap(lab, "consul-server-01234567");
        await RunAsync(lab, null);
        Assert.DoesNotContain(lab.Server.Writes, static write => write.Method == "DELETE");
    }

    // Every pet runs the template already: what is left to do is to take the annotation away.
    private static async Task RunAsync(Lab lab, PreparedTemplate? template)
    {
        string hash = Hash(lab);
        lab.Set.Cluster.Change("default", "statefulsets", "consul", set =>
        {
            set["status"]!["observedGeneration"] = set["metadata"]!["generation"]!.DeepClone();
            set["metadata"]!["annotations"] = new JsonObject
            {
                [OperationAnnotation.Name] = OperationAnnotation.Write(new OperationState
                {
                    Kind = RollingKind.Update,
                    Run = "first",
                    TemplateHash = hash,
                    FromReplicas = 3,
                    TargetReplicas = 3,
                    Written = new WorkloadShape(3, 0, false, hash),
                }),
            };
        });
        var operation = new RollingOperation { Kind = RollingKind.Update, Run = "second", TemplateHash = hash };
        await new OperationRunner(lab.Observer).RunAsync(await lab.WorkloadAsync(), operation, new OperationWriter(lab.Observer, template), TimeSpan.Zero, Lab.Token);
    }

    private static string Hash(Lab lab) => OperationAnnotation.HashOf(JsonSerializer.SerializeToElement(lab.Set.Cluster.Find("default", "statefulsets", "consul")!["spec"]!["template"]));

    private static void AddConfigMap(Lab lab, string name) => lab.Set.Cluster.Put("configmaps", new JsonObject
    {
        ["apiVersion"] = "v1",
        ["kind"] = "ConfigMap",
        ["metadata"] = new JsonObject
        {
            ["name"] = name,
            ["namespace"] = "default",
            ["labels"] = new JsonObject { ["app.kubernetes.io/name"] = "consul", ["app.kubernetes.io/instance"] = "consul", ["app.kubernetes.io/component"] = "server", ["app.kubernetes.io/managed-by"] = "consulpets" },
        },
    });
}
