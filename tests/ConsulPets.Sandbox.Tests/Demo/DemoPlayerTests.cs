using ConsulPets.Sandbox.Demo.Prompt;
using ConsulPets.Sandbox.Demo.Screen;
using ConsulPets.Sandbox.Demo.Session;
using ConsulPets.Sandbox.Demo.Story;
using ConsulPets.Sandbox.Hosting;
using ConsulPets.Sandbox.Tests.Hosting;

namespace ConsulPets.Sandbox.Tests.Demo;

[Collection(SessionCollection.Name)]
public sealed class DemoPlayerTests : IDisposable
{
    private readonly WatchedWriter output = new();
    private readonly WatchedWriter error = new();
    private readonly ConsoleScreen screen;
    private readonly PowerShellSession session;
    private int pauses;

    public DemoPlayerTests()
    {
        screen = new ConsoleScreen(new Terminal { Input = new StringReader(string.Empty), Output = output, Error = error });
        session = new PowerShellSession(screen, new TerminalLines(screen, static (_, _) => null), ModuleFiles.Manifest, new Dictionary<string, object>());
    }

    public void Dispose()
    {
        session.Dispose();
        output.Dispose();
        error.Dispose();
    }

    [Fact]
    public async Task A_story_shows_each_command_as_typed_with_what_it_gives()
    {
        Assert.True(await PlayAsync(new("$x = 20 + 1", "It begins."), new("$x * 2", Expectation: new("it is kept", "$x -eq 21")), new("Get-Command Get-ConsulPet | Format-List Name", "It ends.")));
        Assert.Equal("\nIt begins.\nPS> $x = 20 + 1\nPS> $x * 2\n42\n\nIt ends.\nPS> Get-Command Get-ConsulPet | Format-List Name\n\nName : Get-ConsulPet\n\n", output.ToString());
        Assert.Equal(2, pauses);
    }

    [Theory]
    [InlineData("Get-Nope", "Get-Nope: The term")]
    [InlineData("throw 'broken'", "Exception: broken")]
    public async Task A_command_that_fails_ends_the_story_with_its_error(string command, string text)
    {
        Assert.False(await PlayAsync(new DemoStep(command), new DemoStep("'not reached'")));
        Assert.Contains(text, error.ToString(), StringComparison.Ordinal);
        Assert.Equal($"PS> {command}\n", output.ToString());
    }

    [Theory]
    [InlineData("$false", "The story did not come true: all is well, it says.\n")]
    [InlineData("", "The story did not come true: all is well, it says.\n")]
    [InlineData("throw 'why'", "The story did not come true: all is well, it says (why).\n")]
    public async Task A_claim_that_does_not_hold_ends_the_story(string script, string text)
    {
        Assert.False(await PlayAsync(new("1", Expectation: new("all is well", script)), new("'not reached'")));
        Assert.Equal(text, error.ToString());
        Assert.DoesNotContain("not reached", output.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_ends_the_program_stops_the_command_that_runs()
    {
        using var ending = new CancellationTokenSource();
        Task<bool> play = Player().PlayAsync([new("'begin'; Start-Sleep -Seconds 60"), new("'not reached'")], ending.Token);
        await output.HasAsync("\nbegin");
        await ending.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => play.WaitAsync(TimeSpan.FromSeconds(5)));
    }

    private Task<bool> PlayAsync(params DemoStep[] steps) => Player().PlayAsync(steps, CancellationToken.None);

    private DemoPlayer Player() => new(session, screen, new TypedText(screen, TimeSpan.Zero), _ =>
    {
        pauses++;
        return Task.CompletedTask;
    });
}
