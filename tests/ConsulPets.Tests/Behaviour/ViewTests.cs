namespace ConsulPets.Tests.Behaviour;

/// <summary>What a user sees.</summary>
public sealed class ViewTests
{
    [Fact]
    public async Task A_set_is_one_line_with_its_quorum()
    {
        await using FakeShell fake = await FakeShell.StartAsync();
        string[] lines = Lines(fake.Shell.Show("Get-ConsulPetSet @kube"));
        Assert.Matches("^Name +Namespace +Kind +Ready +Leader +Voters +Tolerance +Status +Age$", lines[0]);
        Assert.Matches("^consul +default +StatefulSet +3/3 +consul-0 +3/3 +1 +Healthy +[0-9]+[smhd]$", lines[2]);
    }

    [Fact]
    public async Task A_pet_is_one_line_with_pod_member_raft_and_volume()
    {
        await using FakeShell fake = await FakeShell.StartAsync();
        string[] lines = Lines(fake.Shell.Show("Get-ConsulPet @kube"));
        Assert.Matches("^Name +Ready +Member +Raft +PodIP +Node +Version +Volume +Restarts +Age$", lines[0]);
        Assert.Matches(@"^consul-0 +yes +alive +leader +10\.244\.1\.10 +worker-1 +1\.21\.4 +data-consul-0 +0 +[0-9]+[smhd]$", lines[2]);
        Assert.Matches(@"^consul-1 +yes +alive +voter ", lines[3]);
    }

    [Theory]
    [InlineData("Get-ConsulPetSet @kube")]
    [InlineData("Get-ConsulPet @kube")]
    [InlineData("Get-ConsulMember @kube")]
    [InlineData("Get-ConsulRaftPeer @kube")]
    [InlineData("Find-StalePet @kube -IntervalSeconds 2")]
    [InlineData("Test-ConsulPetSet @kube")]
    public async Task No_table_is_wider_than_a_hundred_columns_and_none_is_cut(string command)
    {
        await using FakeShell fake = await FakeShell.StartAsync();
        fake.Set.AddStaleMember(12);
        string[] lines = Lines(fake.Shell.Show(command));
        Assert.True(lines.Length > 2, command);
        Assert.All(lines, static line => Assert.True(line.Length <= 100, line));
        Assert.All(lines, static line => Assert.DoesNotContain("…", line, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Every_object_says_where_it_came_from()
    {
        await using FakeShell fake = await FakeShell.StartAsync();
        foreach (string command in new[] { "Get-ConsulPetSet", "Get-ConsulPet", "Get-ConsulMember", "Get-ConsulRaftPeer" })
        {
            dynamic item = fake.Shell.Ok($"{command} @kube").Output[0];
            Assert.Equal("default", (string)item.Namespace);
            Assert.Equal("fake", (string)item.Context);
            Assert.Equal(fake.Server.KubeConfig, (string)item.KubeConfig);
        }

        Assert.Equal("consul-0", fake.Shell.Ok("(Get-ConsulMember consul-0 @kube).Node").Output.Single().ToString());
    }

    private static string[] Lines(string screen) => [.. screen.Split('\n').Select(static line => line.TrimEnd()).Where(static line => line.Length > 0)];
}
