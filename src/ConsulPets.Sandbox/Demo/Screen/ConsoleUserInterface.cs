using System.Collections.ObjectModel;
using System.Management.Automation;
using System.Management.Automation.Host;
using System.Security;

namespace ConsulPets.Sandbox.Demo.Screen;

/// <summary>What the engine's host writes and asks.</summary>
internal sealed class ConsoleUserInterface : PSHostUserInterface
{
    private readonly ConsoleScreen screen;
    private readonly Questions questions;
    private readonly RunningProgress progress = new();
    private readonly Lock guard = new();
    private int errorLines;

    /// <summary>Makes it.</summary>
    /// <param name="screen">Where it writes.</param>
    /// <param name="lines">Where answers come from.</param>
    public ConsoleUserInterface(ConsoleScreen screen, ILineSource lines)
    {
        this.screen = screen;
        questions = new Questions(screen, lines);
        RawUI = new ConsoleRawUserInterface(screen.Terminal);
    }

    /// <inheritdoc/>
    public override PSHostRawUserInterface RawUI { get; }

    /// <summary>How many lines of errors were shown so far.</summary>
    public int ErrorLines => Volatile.Read(ref errorLines);

    /// <inheritdoc/>
    public override bool SupportsVirtualTerminal => screen.Terminal.HasColours;

    /// <inheritdoc/>
    public override void Write(string value) => screen.Write(Fitting(value));

    /// <inheritdoc/>
    public override void Write(ConsoleColor foregroundColor, ConsoleColor backgroundColor, string value) =>
        screen.Write(Styled(PSStyle.MapForegroundColorToEscapeSequence(foregroundColor) + BackgroundOf(backgroundColor), value));

    /// <inheritdoc/>
    public override void WriteLine(string value) => screen.WriteLine(Fitting(value));

    /// <inheritdoc/>
    public override void WriteErrorLine(string value)
    {
        Interlocked.Increment(ref errorLines);
        screen.WriteErrorLine(Fitting(value));
    }

    /// <inheritdoc/>
    public override void WriteDebugLine(string message) => screen.WriteLine(Styled(PSStyle.Instance.Formatting.Debug, $"DEBUG: {message}"));

    /// <inheritdoc/>
    public override void WriteVerboseLine(string message) => screen.WriteLine(Styled(PSStyle.Instance.Formatting.Verbose, $"VERBOSE: {message}"));

    /// <inheritdoc/>
    public override void WriteWarningLine(string message) => screen.WriteLine(Styled(PSStyle.Instance.Formatting.Warning, $"WARNING: {message}"));

    /// <inheritdoc/>
    public override void WriteProgress(long sourceId, ProgressRecord record)
    {
        lock (guard)
        {
            progress.Take(sourceId, record);
            screen.ShowProgress(progress.Line(screen.Terminal.Width(), screen.Terminal.HasColours ? PSStyle.Instance.Progress.Style : null));
        }
    }

    /// <summary>Takes the progress away.</summary>
    public void EndProgress()
    {
        lock (guard)
        {
            progress.Clear();
            screen.ShowProgress(null);
        }
    }

    /// <inheritdoc/>
    public override string ReadLine() => questions.Line(string.Empty);

    /// <inheritdoc/>
    public override SecureString ReadLineAsSecureString() => questions.Secret(string.Empty);

    /// <inheritdoc/>
    public override Dictionary<string, PSObject> Prompt(string caption, string message, Collection<FieldDescription> descriptions) =>
        questions.Fields(caption, message, descriptions);

    /// <inheritdoc/>
    public override int PromptForChoice(string caption, string message, Collection<ChoiceDescription> choices, int defaultChoice) =>
        questions.Choice(caption, message, choices, defaultChoice);

    /// <inheritdoc/>
    public override PSCredential PromptForCredential(string caption, string message, string userName, string targetName) =>
        questions.Credential(caption, message, userName);

    /// <inheritdoc/>
    public override PSCredential PromptForCredential(
        string caption, string message, string userName, string targetName, PSCredentialTypes allowedCredentialTypes, PSCredentialUIOptions options) =>
        questions.Credential(caption, message, userName);

    // The terminal's own background is not to be painted over with the black that the engine takes it for.
    private string BackgroundOf(ConsoleColor colour) => colour == RawUI.BackgroundColor ? string.Empty : PSStyle.MapBackgroundColorToEscapeSequence(colour);

    // What comes from the engine has escape sequences, whether the terminal wants them or not; $PSStyle.OutputRendering has a word in it too.
    private string Fitting(string text) => GetOutputString(text, SupportsVirtualTerminal);

    private string Styled(string style, string text) => screen.Terminal.HasColours ? $"{style}{text}{PSStyle.Instance.Reset}" : text;
}
