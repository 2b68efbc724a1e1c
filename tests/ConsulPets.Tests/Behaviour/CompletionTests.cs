using System.Diagnostics;
using System.Management.Automation;
using ConsulPets.Fakes;

namespace ConsulPets.Tests.Behaviour;

/// <summary>Tab completion knows the cluster's names, and never makes the prompt wait for it.</summary>
public sealed class CompletionTests
{
    [Theory]
    [InlineData("Get-ConsulPetSet -KubeConfig '{0}' co", "consul")]
    [InlineData("Wait-ConsulPetSet -KubeConfig '{0}' ", "consul")]
    [InlineData("Get-ConsulPet -KubeConfig '{0}' -PetSet ", "consul")]
    [InlineData("Restart-ConsulPet -KubeConfig '{0}' consul-", "consul-0,consul-1,consul-2")]
    [InlineData("Get-ConsulPet -KubeConfig '{0}' -PetSet consul -Name consul-2", "consul-2")]
    [InlineData("Get-ConsulPetSet -KubeConfig '{0}' -Namespace de", "default")]
    [InlineData("Get-ConsulPetSet -KubeConfig '{0}' -Context f", "fake")]
    [InlineData("Test-ConsulPetSet -KubeConfig '{0}' -Name co", "consul")]
    [InlineData("Get-ConsulPetSet -KubeConfig '{0}' none", "")]
    public async Task Names_of_the_cluster_are_completed(string line, string expected)
    {
        await using FakeShell fake = await FakeShell.StartAsync();
        string typed = string.Format(System.Globalization.CultureInfo.InvariantCulture, line, fake.Server.KubeConfig);

        // On a busy machine the first answer of a process can come too late for the first key; it is kept for the next one.
        string[] completed = [];
        SpinWait.SpinUntil(() => (completed = Complete(fake.Shell, typed)).Length > 0 || expected.Length == 0, TimeSpan.FromSeconds(10));
        Assert.Equal(expected.Split(',', StringSplitOptions.RemoveEmptyEntries), completed);
    }

    [Fact]
    public async Task A_cluster_that_does_not_answer_is_given_up_after_half_a_second_and_not_asked_again_at_once()
    {
        await using FakeShell fake = await FakeShell.StartAsync();
        var never = new TaskCompletionSource();
        fake.Server.Delay("GET", ".*", never.Task);
        string line = $"Get-ConsulPetSet -KubeConfig '{fake.Server.KubeConfig}' co";
        Complete(fake.Shell, "Get-ConsulPetSet -KubeConfig /none/such co"); // What is compiled and loaded once is not what is measured.
        long started = Stopwatch.GetTimestamp();
        Assert.Empty(Complete(fake.Shell, line));
        TimeSpan took = Stopwatch.GetElapsedTime(started);
        Assert.True(took < TimeSpan.FromMilliseconds(900), $"it took {took}");
        int asked = fake.Server.Requests.Count;
        Assert.Empty(Complete(fake.Shell, line));
        Assert.Equal(asked, fake.Server.Requests.Count);
        never.SetResult();
    }

    private static string[] Complete(Shell shell, string line)
    {
        using PowerShell engine = shell.Create(string.Empty);
        engine.Commands.Clear();
        return [.. CommandCompletion.CompleteInput(line, line.Length, null, engine).CompletionMatches
            .Where(static match => match.ResultType == CompletionResultType.ParameterValue)
            .Select(static match => match.CompletionText)];
    }
}
