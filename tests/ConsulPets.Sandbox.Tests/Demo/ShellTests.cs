using System.Diagnostics;
using ConsulPets.Sandbox.Tests.Hosting;

namespace ConsulPets.Sandbox.Tests.Demo;

/// <summary>The prompt with commands from a file, in a sandbox that serves nothing.</summary>
[Collection(SessionCollection.Name)]
public sealed class ShellTests
{
    [Theory]
    [InlineData("1+1", "2\n")]
    [InlineData("if (1) {\n'in ' +\n'one'\n}", "in one\n")]
    [InlineData("$x = 5\n$x * 2", "10\n")]
    [InlineData("function f { param($a) \"<$a>\" }\nf 3", "<3>\n")]
    [InlineData("(Get-Command -Module ConsulPets).Count -gt 10", "True\n")]
    [InlineData("$PSDefaultParameterValues['New-ConsulPetSet:Image']", FakeSandbox.Image + "\n")]
    [InlineData("Write-Host plain -ForegroundColor Red", "plain\n")]
    [InlineData("Write-Warning careful", "WARNING: careful\n")]
    [InlineData("Write-Output 1 | ForEach-Object { $_ + 1 }", "2\n")]
    [InlineData("'b', 'A', 'c' | Sort-Object | Select-Object -First 2", "A\nb\n")]
    [InlineData("1, 2, 3 | Select-Object -Skip 1", "2\n3\n")]
    [InlineData("1, 2, 3 | Select-Object -Last 1", "3\n")]
    [InlineData("[pscustomobject]@{ A = 2; B = 'x' }, [pscustomobject]@{ A = 1; B = 'y' } | Sort-Object A -Descending | Select-Object -ExpandProperty B", "x\ny\n")]
    [InlineData("'one' | Select-Object @{ n = 'Long'; e = { $_ + '!' } } | ForEach-Object Long", "one!\n")]
    [InlineData("$name = Read-Host Name\nanna\n\"hello $name\"", "Name: anna\nhello anna\n")]
    [InlineData("(Read-Host -AsSecureString 'Token').Length\nsecret", "Token: \n6\n")]
    public async Task A_command_shows_what_PowerShell_shows(string script, string output)
    {
        using var program = new ProgramRun { Input = script };
        Assert.Equal(0, await program.RunAsync("shell"));
        Assert.Equal(output, program.Output);
        Assert.Equal("on the way\n", program.Error);
    }

    [Fact]
    public async Task Objects_are_shown_as_tables_and_lists()
    {
        using var program = new ProgramRun { Input = "$o = [pscustomobject]@{ Name = 'consul'; Size = 3; More = 1 }\n$o | Format-Table Name, Size\n$o | Format-List Name, Size" };
        Assert.Equal(0, await program.RunAsync("shell"));
        Assert.Equal("\nName   Size\n----   ----\nconsul    3\n\n\nName : consul\nSize : 3\n\n", program.Output);
    }

    [Fact]
    public async Task The_session_means_the_sandbox_and_no_Consul_of_the_users()
    {
        Environment.SetEnvironmentVariable("CONSUL_HTTP_ADDR", "consul.example.com:8500");
        try
        {
            using var program = new ProgramRun { Input = "$env:KUBECONFIG\n\"<$env:CONSUL_HTTP_ADDR>\"" };
            string? before = Environment.GetEnvironmentVariable("KUBECONFIG");
            Assert.Equal(0, await program.RunAsync("shell"));
            Assert.Equal($"{program.Sandbox!.KubeConfig}\n<>\n", program.Output);
            Assert.Equal(before, Environment.GetEnvironmentVariable("KUBECONFIG"));
            Assert.Equal("consul.example.com:8500", Environment.GetEnvironmentVariable("CONSUL_HTTP_ADDR"));
        }
        finally
        {
            Environment.SetEnvironmentVariable("CONSUL_HTTP_ADDR", null);
        }
    }

    [Theory]
    [InlineData("exit 3", 3)]
    [InlineData("exit", 0)]
    [InlineData("Get-Nope\nexit 4\n'not reached'", 4)]
    [InlineData("$Host.SetShouldExit(5)\n'not reached'", 5)]
    [InlineData("throw 'no'", 1)]
    [InlineData("throw 'no'\n'yes' > $null", 0)]
    [InlineData("Get-Nope", 1)]
    [InlineData("if (1) {", 1)]
    public async Task The_exit_code_is_what_was_said_or_how_the_last_command_went(string script, int exitCode)
    {
        using var program = new ProgramRun { Input = script };
        Assert.Equal(exitCode, await program.RunAsync("shell"));
        Assert.DoesNotContain("not reached", program.Output, StringComparison.Ordinal);
        Assert.True(program.Sandbox!.IsDisposed);
        Assert.False(Directory.Exists(program.Sandbox.Folder), "a temporary folder stayed behind");
    }

    [Theory]
    [InlineData("Get-Nope", "Get-Nope: The term 'Get-Nope' is not recognized")]
    [InlineData("throw 'no way'", "Exception: no way")]
    [InlineData("1/0", "RuntimeException: Attempted to divide by zero.")]
    [InlineData("Write-Error mine", "mine")]
    [InlineData("Get-ConsulPetSet", "Get-ConsulPetSet: The API server http://127.0.0.1:1")]
    [InlineData("if (1) {", "Missing closing '}'")]
    [InlineData("Remove-ConsulPetSet", "Remove-ConsulPetSet")]
    [InlineData("Restart-ConsulPet -Name $(throw 'inner')", "inner")]
    public async Task Errors_go_to_standard_error_as_PowerShell_words_them(string script, string text)
    {
        using var program = new ProgramRun { Input = script };
        await program.RunAsync("shell");
        Assert.Contains(text, program.Error, StringComparison.Ordinal);
        Assert.DoesNotContain('\u001b', program.Error + program.Output);
    }

    [Theory]
    [InlineData("y", "removed a\nkept b\n", "n")]
    [InlineData("A", "removed a\nremoved b\n")]
    [InlineData("L", "kept a\nkept b\n")]
    public async Task A_command_that_asks_is_answered_from_the_input(string first, string outcome, params string[] more)
    {
        const string Function = "function Remove-It { [CmdletBinding(SupportsShouldProcess, ConfirmImpact = 'High')] param([Parameter(ValueFromPipeline)]$x) process { if ($PSCmdlet.ShouldProcess($x)) { \"removed $x\" } else { \"kept $x\" } } }";
        using var program = new ProgramRun { Input = $"{Function}\n'a', 'b' | Remove-It\n{string.Join('\n', [first, .. more])}\n" };
        Assert.Equal(0, await program.RunAsync("shell"));
        Assert.Contains("[Y] Yes  [A] Yes to All  [N] No  [L] No to All  [S] Suspend  [?] Help (default is \"Y\"): ", program.Output, StringComparison.Ordinal);
        string[] words = ["removed", "kept"];
        Assert.Equal(outcome, string.Concat(program.Output.Split('\n').Where(line => words.Any(word => line.StartsWith(word, StringComparison.Ordinal))).Select(static line => line + "\n")));
    }

    [Fact]
    public async Task A_question_that_nobody_answers_is_an_error_and_not_a_yes()
    {
        using var program = new ProgramRun { Input = "function Remove-It { [CmdletBinding(SupportsShouldProcess, ConfirmImpact = 'High')] param() if ($PSCmdlet.ShouldProcess('x')) { 'removed' } }\nRemove-It" };
        Assert.Equal(1, await program.RunAsync("shell"));
        Assert.DoesNotContain("removed", program.Output, StringComparison.Ordinal);
        Assert.Contains("The input has ended", program.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_suspended_question_opens_a_prompt_and_exit_goes_back_to_it()
    {
        using var program = new ProgramRun
        {
            Input = "function Remove-It { [CmdletBinding(SupportsShouldProcess, ConfirmImpact = 'High')] param() if ($PSCmdlet.ShouldProcess('x')) { 'removed' } }\nRemove-It\nS\n\"nested $(2*21)\"\nexit\ny\n'goes on'",
        };
        Assert.Equal(0, await program.RunAsync("shell"));
        Assert.Contains("nested 42", program.Output, StringComparison.Ordinal);
        Assert.EndsWith("removed\ngoes on\n", program.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Ctrl_C_stops_the_command_within_a_second_and_not_the_prompt()
    {
        using var program = new ProgramRun { Input = "'begin'; Start-Sleep -Seconds 60; 'not reached'\n'the next one'" };
        Task<int> run = program.RunAsync("shell");
        await program.OutputHasAsync("begin");
        long interrupted = Stopwatch.GetTimestamp();
        program.Interrupts.Interrupt();
        Assert.Equal(0, await run);
        Assert.InRange(Stopwatch.GetElapsedTime(interrupted), TimeSpan.Zero, TimeSpan.FromSeconds(1));
        Assert.Equal("begin\nthe next one\n", program.Output);
        Assert.Equal("on the way\n", program.Error);
    }

    [Fact]
    public async Task SIGTERM_stops_the_command_and_everything_else()
    {
        using var program = new ProgramRun { Input = "'begin'; Start-Sleep -Seconds 60; 'not reached'\n'nor this'" };
        Task<int> run = program.RunAsync("shell");
        await program.OutputHasAsync("begin");
        program.Interrupts.End();
        Assert.Equal(130, await run);
        Assert.True(program.Sandbox!.IsDisposed);
        Assert.Equal("begin\n", program.Output);
    }

    [Fact]
    public async Task A_sandbox_that_breaks_ends_the_prompt()
    {
        using var program = new ProgramRun { Input = "'begin'; Start-Sleep -Seconds 60" };
        Task<int> run = program.RunAsync("shell");
        await program.OutputHasAsync("begin");
        program.Sandbox!.Break("The disk is full.");
        Assert.Equal(1, await run);
        Assert.EndsWith("The sandbox broke: The disk is full.\n", program.Error, StringComparison.Ordinal);
    }
}
