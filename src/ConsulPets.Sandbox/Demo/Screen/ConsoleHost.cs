using System.Globalization;
using System.Management.Automation;
using System.Management.Automation.Host;

namespace ConsulPets.Sandbox.Demo.Screen;

/// <summary>The PowerShell engine's host on a terminal, or on the files and pipes that stand in its place.</summary>
internal sealed class ConsoleHost : PSHost
{
    private readonly ConsoleUserInterface ui;

    /// <summary>Makes a host.</summary>
    /// <param name="screen">Where it writes.</param>
    /// <param name="lines">Where answers come from.</param>
    public ConsoleHost(ConsoleScreen screen, ILineSource lines) => ui = new ConsoleUserInterface(screen, lines);

    /// <inheritdoc/>
    public override string Name => "ConsulPets sandbox";

    /// <inheritdoc/>
    public override Version Version { get; } = typeof(ConsoleHost).Assembly.GetName().Version ?? new Version(0, 0);

    /// <inheritdoc/>
    public override Guid InstanceId { get; } = Guid.NewGuid();

    /// <inheritdoc/>
    public override PSHostUserInterface UI => ui;

    /// <inheritdoc/>
    public override CultureInfo CurrentCulture => CultureInfo.CurrentCulture;

    /// <inheritdoc/>
    public override CultureInfo CurrentUICulture => CultureInfo.CurrentUICulture;

    /// <summary>What `exit` gave; null while nobody said it.</summary>
    public int? ExitCode { get; private set; }

    /// <summary>What is to happen when a question is answered with Suspend; null where there is no prompt.</summary>
    public Action? NestedPrompt { get; set; }

    /// <inheritdoc/>
    public override void SetShouldExit(int exitCode) => ExitCode = exitCode;

    /// <summary>Forgets an `exit` that meant only a nested prompt.</summary>
    public void ForgetExit() => ExitCode = null;

    /// <summary>How many lines of errors were shown so far.</summary>
    public int ErrorLines => ui.ErrorLines;

    /// <summary>Takes away the progress of a command that has ended.</summary>
    public void EndProgress() => ui.EndProgress();

    /// <inheritdoc/>
    public override void EnterNestedPrompt()
    {
        if (NestedPrompt is null)
        {
            throw new PSNotSupportedException("There is no prompt to go to.");
        }

        NestedPrompt();
    }

    /// <inheritdoc/>
    public override void ExitNestedPrompt() => SetShouldExit(0);

    /// <inheritdoc/>
    public override void NotifyBeginApplication()
    {
        // Native programs write on the same terminal, and the progress is gone when the next text comes.
    }

    /// <inheritdoc/>
    public override void NotifyEndApplication()
    {
    }
}
