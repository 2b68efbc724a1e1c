using System.Management.Automation;
using System.Management.Automation.Language;
using ConsulPets.Tests.Contract;

namespace ConsulPets.Tests.Behaviour;

/// <summary>Test-ConsulPetSet as a user has it.</summary>
public sealed class TestConsulPetSetTests
{
    [Fact]
    public async Task A_healthy_set_gives_its_checks_and_quietly_true()
    {
        await using FakeShell fake = await HealthyAsync();
        IReadOnlyList<PSObject> checks = fake.Shell.Ok("Test-ConsulPetSet consul @kube").Output;
        Assert.All(checks, static check => Assert.True(Text(check, "Result") is "Passed" || Text(check, "Name") is "Spread", check.ToString()));
        Assert.Contains("Leader", checks.Select(static check => Text(check, "Name")));
        Assert.Equal(true, Assert.Single(fake.Shell.Ok("Test-ConsulPetSet consul @kube -Quiet").Output).BaseObject);
        Assert.Empty(fake.Server.Writes);
    }

    [Fact]
    public async Task Warnings_do_not_make_it_false_and_a_failure_or_something_unknown_does()
    {
        await using FakeShell fake = await HealthyAsync();
        fake.Set.AddClaim(7);
        fake.Set.Consul.SetMinQuorum(0);
        Assert.True(Quietly(fake));
        fake.Set.Consul.LackedPermissions.Add("operator:read");
        Assert.False(Quietly(fake));
        fake.Set.Consul.LackedPermissions.Clear();
        Assert.True(Quietly(fake));
        fake.Set.Consul.Leader = null;
        Assert.False(Quietly(fake));
    }

    [Theory]
    [InlineData("Test-ConsulPetSet none-such @kube -Quiet", "PetSetNotFound")]
    [InlineData("'none-such', 'consul' | Test-ConsulPetSet @kube -Quiet", "PetSetNotFound")]
    [InlineData("'consul', 'none-such' | Test-ConsulPetSet @kube -Quiet", "PetSetNotFound")]
    [InlineData("Test-ConsulPetSet none-* @kube -Quiet", null)]
    [InlineData("@() | Test-ConsulPetSet @kube -Quiet", null)]
    public async Task What_was_not_looked_at_is_not_well(string command, string? errorId)
    {
        await using FakeShell fake = await HealthyAsync();
        ShellResult result = fake.Shell.Run(command);
        Assert.Equal(errorId, result.ErrorId);
        Assert.Equal(false, Assert.Single(result.Output).BaseObject);
    }

    [Fact]
    public async Task Sets_come_along_a_pipeline_and_checks_lead_back_to_their_set()
    {
        await using FakeShell fake = await HealthyAsync();
        fake.Set.Consul.SetMinQuorum(3);
        Assert.Equal(["MinQuorum"], fake.Shell.Ok("Get-ConsulPetSet @kube | Test-ConsulPetSet | Where-Object { $_.Fix -like 'Set-*' }").Output.Select(static check => Text(check, "Name")));
        Assert.Equal(
            ["consul-0", "consul-1", "consul-2"],
            fake.Shell.Ok("Test-ConsulPetSet @kube | Where-Object Name -eq MinQuorum | Get-ConsulPet").Output.Select(static pet => Text(pet, "Name")));
    }

    [Fact]
    public async Task The_table_shows_what_failed_first_and_the_command_below_and_cuts_nothing()
    {
        await using FakeShell fake = await HealthyAsync();
        fake.Set.Consul.Members[2] = fake.Set.Consul.Members[2] with { Status = 4 };
        fake.Set.Cluster.Remove("default", "poddisruptionbudgets", "consul");
        string[] lines = [.. fake.Shell.Show("Test-ConsulPetSet consul @kube").Split('\n').Select(static line => line.TrimEnd()).Where(static line => line.Length > 0)];
        Assert.Equal("   PetSet: default/consul", lines[0]);
        Assert.Matches("^Result +Name +Detail$", lines[1]);
        Assert.Matches("^FAILED +Members +consul-2: failed in gossip", lines[3]);
        Assert.Matches("^ +> Wait-ConsulPetSet consul -For Stable -KubeConfig ", lines[4]);
        Assert.DoesNotContain(lines, static line => line.EndsWith('>'));
        Assert.Contains(lines, static line => line.StartsWith("ok      Leader    consul-0 leads", StringComparison.Ordinal));
        Assert.All(lines, static line => Assert.True(line.Length <= 100, line));
        Assert.All(lines, static line => Assert.DoesNotContain("…", line, StringComparison.Ordinal));
    }

    [Fact]
    public async Task An_account_without_the_right_to_read_nodes_is_told_and_the_rest_is_checked()
    {
        await using FakeShell fake = await HealthyAsync();
        fake.Set.Cluster.Change("default", "pods", "consul-2", static pod => pod["spec"]!["nodeName"] = null);
        fake.Server.FailNext(9, "GET", "/api/v1/nodes", 403, """{"kind":"Status","status":"Failure","reason":"Forbidden","message":"nodes is forbidden","code":403}""");
        PSObject nodes = fake.Shell.Ok("Test-ConsulPetSet consul @kube | Where-Object Name -eq Nodes").Output.Single();
        Assert.Equal("Unknown", Text(nodes, "Result"));
        Assert.Contains("verb 'list' on 'nodes' in the cluster", Text(nodes, "Detail"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Every_command_that_is_recommended_parses_and_names_only_what_exists()
    {
        await using FakeShell fake = await HealthyAsync();
        fake.Set.AddStaleMember(7, isPeer: true);
        fake.Set.AddClaim(7);
        fake.Set.Consul.SetMinQuorum(3);
        fake.Set.Consul.Peers[1] = fake.Set.Consul.Peers[1] with { IsHealthy = false };
        fake.Set.Consul.Members[1] = fake.Set.Consul.Members[1] with { Build = "1.20.1:abc" };
        fake.Set.Cluster.Remove("default", "poddisruptionbudgets", "consul");
        fake.Set.Cluster.Change("default", "statefulsets", "consul", static set => set["spec"]!["updateStrategy"] = new System.Text.Json.Nodes.JsonObject { ["rollingUpdate"] = new System.Text.Json.Nodes.JsonObject { ["partition"] = 2 } });
        string[] fixes = [.. fake.Shell.Ok("(Test-ConsulPetSet consul @kube).Fix").Output.Select(static fix => fix?.ToString()).OfType<string>()];
        Assert.True(fixes.Length >= 8, string.Join('\n', fixes));
        Assert.All(fixes, static fix =>
        {
            ScriptBlockAst script = Parser.ParseInput(fix, out _, out ParseError[] errors);
            Assert.True(errors.Length == 0, fix);
            foreach (CommandAst command in script.FindAll(static node => node is CommandAst, searchNestedScriptBlocks: true).Cast<CommandAst>())
            {
                if (ExportedCommands.Cmdlets.FirstOrDefault(cmdlet => cmdlet.Name == command.GetCommandName()) is { } known)
                {
                    Assert.All(command.CommandElements.OfType<CommandParameterAst>(), parameter => Assert.Contains(parameter.ParameterName, known.Parameters.Keys));
                }
                else
                {
                    Assert.Contains(command.GetCommandName(), new[] { "kubectl", "Where-Object", "Format-List", "Read-Host", "Set-ConsulAutopilot" });
                }
            }
        });
    }

    private static async Task<FakeShell> HealthyAsync()
    {
        FakeShell fake = await FakeShell.StartAsync();
        fake.Set.AddBudget();
        return fake;
    }

    private static bool Quietly(FakeShell fake) => (bool)fake.Shell.Ok("Test-ConsulPetSet consul @kube -Quiet").Output.Single().BaseObject;

    private static string Text(PSObject item, string property) => item.Properties[property].Value?.ToString() ?? string.Empty;
}
