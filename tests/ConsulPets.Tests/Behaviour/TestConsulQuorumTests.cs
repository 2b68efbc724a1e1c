using System.Management.Automation;

namespace ConsulPets.Tests.Behaviour;

/// <summary>Test-ConsulQuorum as a user has it. The arithmetic is tested beside it, in the model.</summary>
public sealed class TestConsulQuorumTests
{
    [Theory]
    [InlineData("", true)]
    [InlineData("-Without consul-2", true)]
    [InlineData("-Without consul-2, consul-2", true)]
    [InlineData("-Without consul-1, consul-2", false)]
    [InlineData("-Without consul-1, consul-2 -Graceful", true)]
    [InlineData("-Without consul-0, consul-1, consul-2 -Graceful", false)]
    [InlineData("-Without none-such", false)]
    [InlineData("-Node worker-1", false)] // All of the fake's pets are there.
    [InlineData("-Node WORKER-1, elsewhere", false)]
    [InlineData("-Node elsewhere", true)]
    public async Task Raft_can_miss_them_or_not(string parameters, bool expected)
    {
        await using FakeShell fake = await FakeShell.StartAsync();
        Assert.Equal(expected, Assert.Single(fake.Shell.Ok($"Test-ConsulQuorum consul {parameters} @kube").Output).BaseObject);
        Assert.Equal(expected, Assert.Single(fake.Shell.Ok($"Get-ConsulPetSet consul @kube | Test-ConsulQuorum {parameters}").Output).BaseObject);
        Assert.Empty(fake.Server.Writes);
    }

    [Fact]
    public async Task What_is_unknown_is_false_and_says_so_in_detail()
    {
        await using FakeShell fake = await FakeShell.StartAsync();
        fake.Set.Consul.Leader = null;
        Assert.Equal(false, Assert.Single(fake.Shell.Ok("Test-ConsulQuorum consul -Without consul-1 @kube").Output).BaseObject);
        PSObject test = Assert.Single(fake.Shell.Ok("Test-ConsulQuorum consul -Without consul-1 -Detailed @kube").Output);
        Assert.Equal("Unknown", test.Properties["Answer"].Value.ToString());
        Assert.Contains("no leader", fake.Shell.Show("Test-ConsulQuorum consul -Without consul-1 -Detailed @kube"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_reasons_are_shown_in_detail_and_told_with_verbose()
    {
        await using FakeShell fake = await FakeShell.StartAsync();
        string screen = fake.Shell.Show("Test-ConsulQuorum consul -Without consul-1, consul-2 -Detailed @kube");
        Assert.Contains("Afterwards 1 of 3 voters are healthy, 2 must remain: the quorum is lost.", screen, StringComparison.Ordinal);
        Assert.Contains(fake.Shell.Ok("Test-ConsulQuorum consul -Without consul-1 @kube -Verbose").Verbose, static text => text == "consul-1 is a healthy voter.");
    }
}
