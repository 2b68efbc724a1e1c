using System.Text.Json.Nodes;
using ConsulPets.Engine.Executing;
using ConsulPets.Planning;

namespace ConsulPets.Engine.Tests;

public class PetSetCreatorTests
{
    private static readonly PetSetSpecification Fresh = new() { Name = "fresh", Namespace = "default" };
    private static readonly CreationChoices NoChoices = new(false, false, false);

    private static async Task<ObservedWorkload> CreateAsync(Lab lab, PetSetSpecification specification, CreationChoices? choices = null)
    {
        var creator = new PetSetCreator(lab.Observer);
        CreationPlan plan = await creator.PlanAsync(specification, choices ?? NoChoices, Lab.Token);
        return await creator.CreateAsync(plan, specification, choices ?? NoChoices, Lab.Token);
    }

    // A set that this creator made and that has something to lose: the fake's Consul is its.
    private static async Task<Lab> BootstrappedAsync(PetSetSpecification specification)
    {
        Lab lab = await Lab.StartAsync();
        ObservedWorkload made = await CreateAsync(lab, specification);
        foreach (JsonObject pod in lab.Set.Cluster.All("pods"))
        {
            JsonObject metadata = pod["metadata"]!.AsObject();
            metadata["name"] = specification.Name + ((string)metadata["name"]!)["consul".Length..];
            metadata["uid"] = null;
            metadata["labels"]!["app.kubernetes.io/instance"] = specification.Name;
            metadata["ownerReferences"]![0]!["name"] = specification.Name;
            metadata["ownerReferences"]![0]!["uid"] = made.Uid;
            lab.Set.Cluster.Put("pods", pod);
        }

        return lab;
    }

    private static string ServerFile(Lab lab) => (string)lab.Set.Cluster.Find("default", "configmaps", "fresh-server")!["data"]!["server.json"]!;

    [Fact]
    public async Task A_plan_writes_nothing_and_carrying_it_out_makes_all_of_it()
    {
        await using Lab lab = await Lab.StartAsync();
        var creator = new PetSetCreator(lab.Observer);
        CreationPlan plan = await creator.PlanAsync(Fresh, NoChoices, Lab.Token);
        Assert.Empty(lab.Server.Writes);
        Assert.Equal(6, lab.Server.Requests.Count(static request => request.IsDryRun));
        ObservedWorkload created = await creator.CreateAsync(plan, Fresh, NoChoices, Lab.Token);
        Assert.Equal(("fresh", PetSetKind.StatefulSet, 3, true), (created.Name, created.Kind, created.Replicas, created.IsOurs));
        Assert.Equal(plan.Steps.Select(static step => step.Target), lab.Server.Writes.Select(static write => write.Path.Split('/')[^1]));
    }

    [Fact]
    public async Task Running_it_again_with_the_same_values_changes_nothing()
    {
        await using Lab lab = await Lab.StartAsync();
        await CreateAsync(lab, Fresh);
        string[] first = [.. lab.Server.Writes.Select(static write => write.Body)];
        string version = (string)lab.Set.Cluster.Find("default", "statefulsets", "fresh")!["metadata"]!["resourceVersion"]!;
        await CreateAsync(lab, Fresh);
        Assert.Equal([.. first, .. first], lab.Server.Writes.Select(static write => write.Body));
        Assert.Equal(version, (string)lab.Set.Cluster.Find("default", "statefulsets", "fresh")!["metadata"]!["resourceVersion"]!);
    }

    [Fact]
    public async Task A_running_set_is_not_changed_past_raft()
    {
        await using Lab lab = await Lab.StartAsync();
        await Lab.FailsAsync("PetSetExists", () => CreateAsync(lab, Fresh with { Name = "consul", Replicas = 5 }));
        await Lab.FailsAsync("PetSetExists", () => CreateAsync(lab, Fresh with { Name = "consul", Kind = PetSetKind.DaemonSet }));
        Assert.Empty(lab.Server.Writes);
    }

    [Theory]
    [InlineData(5, null)]
    [InlineData(3, "PetSetExists")]
    [InlineData(7, "PetSetExists")]
    public async Task A_set_that_was_resized_is_told_its_size_of_now_and_keeps_what_it_bootstrapped_with(int replicas, string? errorId)
    {
        await using Lab lab = await BootstrappedAsync(Fresh);
        lab.Set.Cluster.Change("default", "statefulsets", "fresh", static set =>
        {
            set["spec"]!["replicas"] = 5;
            set["metadata"]!["generation"] = 2;
        });
        string before = ServerFile(lab);
        Task<ObservedWorkload> create() => CreateAsync(lab, Fresh with { Replicas = replicas });
        if (errorId is null)
        {
            await create();
        }
        else
        {
            Assert.Contains("Resize-ConsulPetSet fresh", (await Lab.FailsAsync(errorId, create)).RecommendedAction, StringComparison.Ordinal);
        }

        Assert.Equal(before, ServerFile(lab));
        Assert.Equal(5, (int)lab.Set.Cluster.Find("default", "statefulsets", "fresh")!["spec"]!["replicas"]!);
    }

    [Fact]
    public async Task Another_server_configuration_is_still_refused_after_a_resize()
    {
        await using Lab lab = await BootstrappedAsync(Fresh);
        lab.Set.Cluster.Change("default", "statefulsets", "fresh", static set => set["spec"]!["replicas"] = 5);
        await Lab.FailsAsync("PetSetExists", () => CreateAsync(lab, Fresh with { Replicas = 5, Datacenter = "elsewhere" }));
    }

    [Fact]
    public async Task A_suspended_set_is_not_made_again_but_resumed()
    {
        await using Lab lab = await BootstrappedAsync(Fresh);
        lab.Set.Cluster.Change("default", "statefulsets", "fresh", static set =>
        {
            set["spec"]!["replicas"] = 0;
            set["metadata"]!["generation"] = 2;
        });
        ConsulPetsException exception = await Lab.FailsAsync("PetSetExists", () => CreateAsync(lab, Fresh));
        Assert.Contains("Resume-ConsulPetSet fresh", exception.RecommendedAction, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("PetSetExists", "consulpets")]
    [InlineData("FieldConflict", "helm")]
    [InlineData("FieldConflict", "consulpets", "helm")]
    public async Task A_field_that_a_resize_wrote_is_no_strangers(string errorId, params string[] managers)
    {
        await using Lab lab = await BootstrappedAsync(Fresh);
        JsonObject conflict = KubernetesStatus.Make(409, "Conflict", "Apply failed with 1 conflict");
        conflict["details"] = new JsonObject
        {
            ["causes"] = new JsonArray([.. managers.Select(JsonNode (manager) =>
                new JsonObject { ["reason"] = "FieldManagerConflict", ["message"] = $"conflict with \"{manager}\" using apps/v1", ["field"] = ".spec.replicas" })]),
        };
        lab.Server.FailNext(1, "PATCH", ".*/statefulsets/fresh", 409, conflict.ToJsonString());
        await Lab.FailsAsync(errorId, () => CreateAsync(lab, Fresh));
    }

    [Fact]
    public async Task A_running_set_is_not_changed_when_its_raft_may_not_be_read()
    {
        await using Lab lab = await Lab.StartAsync();
        lab.Set.Consul.LackedPermissions.Add("operator:read");
        await Lab.FailsAsync("PetSetExists", () => CreateAsync(lab, Fresh with { Name = "consul", Replicas = 5 }));
        Assert.Empty(lab.Server.Writes);
    }

    [Theory]
    [InlineData(false, false, "LeftoverVolumes")]
    [InlineData(true, false, null)]
    [InlineData(false, true, null)]
    public async Task Volumes_of_an_earlier_set_are_adopted_or_purged_only_when_that_is_chosen(bool adopt, bool purge, string? errorId)
    {
        await using Lab lab = await Lab.StartAsync();
        JsonObject claim = lab.Set.Cluster.Find("default", "persistentvolumeclaims", "data-consul-0")!;
        claim["metadata"]!["name"] = "data-fresh-0";
        lab.Set.Cluster.Put("persistentvolumeclaims", claim);
        Task<ObservedWorkload> create() => CreateAsync(lab, Fresh, new CreationChoices(adopt, purge, false));
        if (errorId is not null)
        {
            Assert.Contains("data-fresh-0", (await Lab.FailsAsync(errorId, create)).Message, StringComparison.Ordinal);
            Assert.Empty(lab.Server.Writes);
            return;
        }

        await create();
        Assert.Equal(purge, lab.Set.Cluster.Find("default", "persistentvolumeclaims", "data-fresh-0") is null);
        Assert.NotNull(lab.Set.Cluster.Find("default", "persistentvolumeclaims", "data-consul-0"));
    }

    [Theory]
    [InlineData("standard", false, null)]
    [InlineData("nowhere", false, "StorageClassNotFound")]
    [InlineData("nowhere", true, null)]
    public async Task A_storage_class_that_is_not_there_is_named_before_anything_is_made(string storageClass, bool ephemeral, string? errorId)
    {
        await using Lab lab = await Lab.StartAsync();
        Task<ObservedWorkload> create() => CreateAsync(lab, Fresh with { StorageClass = storageClass, Ephemeral = ephemeral });
        if (errorId is null)
        {
            await create();
        }
        else
        {
            await Lab.FailsAsync(errorId, create);
            Assert.Empty(lab.Server.Writes);
        }
    }

    [Fact]
    public async Task A_storage_class_that_may_not_be_read_is_not_checked()
    {
        await using Lab lab = await Lab.StartAsync();
        lab.Server.FailNext(1, "GET", ".*/storageclasses/.*", 403, KubernetesStatus.Make(403, "Forbidden", "no").ToJsonString());
        await CreateAsync(lab, Fresh with { StorageClass = "standard" });
        Assert.Contains(lab.Details, static detail => detail.Contains("'standard' was not checked", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_field_that_an_older_cluster_does_not_have_is_left_out()
    {
        await using Lab lab = await Lab.StartAsync();
        lab.Set.Cluster.UndeclaredFields.UnionWith([".spec.minReadySeconds", ".spec.persistentVolumeClaimRetentionPolicy"]);
        await CreateAsync(lab, Fresh);
        JsonNode spec = lab.Set.Cluster.Find("default", "statefulsets", "fresh")!["spec"]!;
        Assert.Null(spec["minReadySeconds"]);
        Assert.Null(spec["persistentVolumeClaimRetentionPolicy"]);
        Assert.NotNull(spec["volumeClaimTemplates"]);
        Assert.Equal(2, lab.Details.Count);
    }

    [Fact]
    public async Task A_field_that_is_needed_is_not_left_out()
    {
        await using Lab lab = await Lab.StartAsync();
        lab.Set.Cluster.UndeclaredFields.Add(".spec.podManagementPolicy");
        ConsulPetsException exception = await Lab.FailsAsync("KubernetesFailed", () => CreateAsync(lab, Fresh));
        Assert.Contains(".spec.podManagementPolicy", exception.Message, StringComparison.Ordinal);
        Assert.Empty(lab.Server.Writes);
    }

    [Theory]
    [InlineData("v1", "policy/v1")]
    [InlineData("v1beta1", "policy/v1beta1")]
    [InlineData(null, null)]
    public async Task The_budget_is_in_the_version_that_the_cluster_serves(string? served, string? apiVersion)
    {
        await using Lab lab = await Lab.StartAsync();
        lab.Set.Cluster.Groups.Remove("policy");
        if (served is not null)
        {
            lab.Set.Cluster.Groups["policy"] = [served];
        }

        await CreateAsync(lab, Fresh);
        Assert.Equal(apiVersion, (string?)lab.Set.Cluster.Find("default", "poddisruptionbudgets", "fresh")?["apiVersion"]);
    }

    [Fact]
    public async Task Another_managers_field_stops_it_at_the_dry_run()
    {
        await using Lab lab = await Lab.StartAsync();
        lab.Server.FailNext(1, "PATCH", ".*/statefulsets/fresh", 409, KubernetesStatus.Conflict(".spec.replicas", "helm").ToJsonString());
        await Lab.FailsAsync("FieldConflict", () => CreateAsync(lab, Fresh));
        Assert.Empty(lab.Server.Writes);
    }
}
