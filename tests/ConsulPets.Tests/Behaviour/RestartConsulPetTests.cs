using System.Management.Automation;

namespace ConsulPets.Tests.Behaviour;

/// <summary>Restarting pets by name.</summary>
public sealed class RestartConsulPetTests
{
    [Theory]
    [InlineData("-Wait")]
    [InlineData("")]
    public async Task Several_names_are_one_operation_one_after_the_other(string wait)
    {
        await using FakeShell fake = await FakeShell.StartAsync();
        ShellResult result = fake.Shell.Ok($"Restart-ConsulPet consul-0, CONSUL-2 @kube -PetSet consul -Confirm:$false -PassThru {wait}");
        Assert.Equal(["consul-2", "consul-0"], Evicted(fake));
        Assert.Single(fake.Server.Writes, static write => write.Method == "POST" && write.Path.EndsWith("/leases", StringComparison.Ordinal));
        Assert.Equal(["consul-0", "consul-2"], result.Output.Select(static pet => (string)pet.Properties["Name"].Value));
        Assert.Empty(fake.Shell.Host.Questions);
    }

    [Fact]
    public async Task Each_pet_is_asked_for_before_the_first_goes()
    {
        await using FakeShell fake = await FakeShell.StartAsync();
        fake.Shell.Host.Answer = 2; // Yes, Yes to All, No, No to All, Suspend
        fake.Shell.Ok("Restart-ConsulPet consul-1, consul-2 @kube -PetSet consul");
        Assert.Equal(2, fake.Shell.Host.Questions.Count);
        Assert.Empty(fake.Server.Writes);
    }

    [Fact]
    public async Task A_budget_that_forbids_it_is_told_at_once_and_the_set_is_free_for_another_command()
    {
        await using FakeShell fake = await FakeShell.StartAsync();
        fake.Server.FailNext(1, "POST", ".*/eviction", 429, Fakes.KubernetesStatus.Make(429, "TooManyRequests", "the budget").ToJsonString());
        ShellResult refused = fake.Shell.Run("Restart-ConsulPet consul-1 @kube -Confirm:$false");
        Assert.Equal(("DisruptionBudgetExceeded", ErrorCategory.ResourceBusy), (refused.ErrorId, refused.Errors[0].CategoryInfo.Category));
        fake.Shell.Ok("Restart-ConsulPet consul-2 @kube -Confirm:$false");
        Assert.Equal("consul-2", Evicted(fake)[^1]);
    }

    private static string[] Evicted(FakeShell fake) =>
        [.. fake.Server.Writes.Where(static write => write.Path.EndsWith("/eviction", StringComparison.Ordinal)).Select(static write => write.Path.Split('/')[^2])];
}
