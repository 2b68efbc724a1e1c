using System.Text.Json.Nodes;
using ConsulPets.Engine.Executing;
using ConsulPets.Planning;

namespace ConsulPets.Engine.Tests;

public class PetSetRemoverTests
{
    private static async Task RemoveAsync(Lab lab, bool keepPets = false, bool purgeVolumes = false, string name = "consul")
    {
        var remover = new PetSetRemover(lab.Observer);
        RemovalPlan plan = await remover.PlanAsync("default", name, keepPets, purgeVolumes, Lab.Token);
        Assert.DoesNotContain(lab.Server.Writes, static write => write.Method == "DELETE");
        await remover.RemoveAsync(plan, "default", keepPets, purgeVolumes, Lab.Token);
        await remover.WaitUntilGoneAsync(plan, "default", keepPets, purgeVolumes, TimeSpan.FromSeconds(30), null, Lab.Token);
    }

    [Theory]
    [InlineData(false, false, 0, 3)]
    [InlineData(false, true, 0, 0)]
    [InlineData(true, false, 3, 3)]
    public async Task Pods_go_with_the_set_unless_kept_and_volumes_stay_unless_purged(bool keepPets, bool purgeVolumes, int pods, int claims)
    {
        await using Lab lab = await Lab.StartAsync();
        await RemoveAsync(lab, keepPets, purgeVolumes);
        Assert.Empty(lab.Set.Cluster.All("statefulsets"));
        Assert.Equal((pods, claims), (lab.Set.Cluster.All("pods").Count, lab.Set.Cluster.All("persistentvolumeclaims").Count));
    }

    [Fact]
    public async Task Only_what_the_module_made_goes_with_it_and_the_workload_first()
    {
        await using Lab lab = await Lab.StartAsync();
        var creator = new PetSetCreator(lab.Observer);
        var choices = new CreationChoices(false, false, false);
        var fresh = new PetSetSpecification { Name = "fresh", Namespace = "default" };
        await creator.CreateAsync(await creator.PlanAsync(fresh, choices, Lab.Token), fresh, choices, Lab.Token);
        JsonObject byHand = lab.Set.Cluster.Find("default", "services", "fresh")!;
        byHand["metadata"]!["name"] = "by-hand";
        byHand["metadata"]!["labels"]!["app.kubernetes.io/managed-by"] = "me";
        lab.Set.Cluster.Put("services", byHand);
        await RemoveAsync(lab, name: "fresh");
        string[] deleted = [.. lab.Server.Writes.Where(static write => write.Method == "DELETE").Select(static write => write.Path.Split('/')[^2] + "/" + write.Path.Split('/')[^1])];
        Assert.Equal("statefulsets/fresh", deleted[0]);
        Assert.Equal(["configmaps/fresh-server", "poddisruptionbudgets/fresh", "serviceaccounts/fresh", "services/fresh", "services/fresh-client"], deleted.Skip(1).Order(StringComparer.Ordinal));
        Assert.NotNull(lab.Set.Cluster.Find("default", "services", "by-hand"));
        Assert.NotNull(lab.Set.Cluster.Find("default", "statefulsets", "consul"));
    }

    [Fact]
    public async Task A_set_that_was_made_anew_meanwhile_is_not_deleted()
    {
        await using Lab lab = await Lab.StartAsync();
        var remover = new PetSetRemover(lab.Observer);
        RemovalPlan plan = await remover.PlanAsync("default", "consul", false, false, Lab.Token);
        lab.Set.Cluster.Change("default", "statefulsets", "consul", static set => set["metadata"]!["uid"] = "another");
        await Lab.FailsAsync("KubernetesConflict", () => remover.RemoveAsync(plan, "default", false, false, Lab.Token));
        Assert.NotNull(lab.Set.Cluster.Find("default", "statefulsets", "consul"));
    }

    [Fact]
    public async Task When_only_volumes_are_left_they_are_named_and_can_be_purged()
    {
        await using Lab lab = await Lab.StartAsync();
        await RemoveAsync(lab);
        ConsulPetsException exception = await Lab.FailsAsync("PetSetNotFound", () => new PetSetRemover(lab.Observer).PlanAsync("default", "consul", false, false, Lab.Token));
        Assert.Contains("data-consul-0, data-consul-1, data-consul-2", exception.Message, StringComparison.Ordinal);
        RemovalPlan plan = await new PetSetRemover(lab.Observer).PlanAsync("default", "consul", false, true, Lab.Token);
        Assert.Equal(3, plan.Steps.Count);
    }

    [Fact]
    public async Task A_set_that_never_was_is_not_found()
    {
        await using Lab lab = await Lab.StartAsync();
        await Lab.FailsAsync("PetSetNotFound", () => new PetSetRemover(lab.Observer).PlanAsync("default", "nobody", false, true, Lab.Token));
    }

    [Fact]
    public async Task What_does_not_go_in_time_is_named()
    {
        await using Lab lab = await Lab.StartAsync();
        var remover = new PetSetRemover(lab.Observer);
        RemovalPlan plan = await remover.PlanAsync("default", "consul", false, false, Lab.Token);
        ConsulPetsException exception = await Lab.FailsAsync("WaitTimedOut", () => remover.WaitUntilGoneAsync(plan, "default", false, false, TimeSpan.Zero, null, Lab.Token));
        Assert.Contains("consul-0, consul-1, consul-2 to end", exception.Message, StringComparison.Ordinal);
    }
}
