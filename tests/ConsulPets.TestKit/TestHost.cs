using System.Collections.Concurrent;
using System.Collections.ObjectModel;
using System.Globalization;
using System.Management.Automation;
using System.Management.Automation.Host;
using System.Security;
using System.Text;

namespace ConsulPets.TestKit;

/// <summary>A host of the PowerShell engine that keeps what it is shown, and answers questions as the test says.</summary>
public sealed class TestHost : PSHost
{
    private readonly TestUserInterface ui = new();

    public override string Name => "ConsulPets tests";

    public override Version Version => new(1, 0);

    public override Guid InstanceId { get; } = Guid.NewGuid();

    public override PSHostUserInterface UI => ui;

    public override CultureInfo CurrentCulture => CultureInfo.InvariantCulture;

    public override CultureInfo CurrentUICulture => CultureInfo.InvariantCulture;

    /// <summary>Everything that was written to the screen, without colours.</summary>
    public string Screen => ui.Screen;

    /// <summary>The questions that were asked.</summary>
    public IReadOnlyList<string> Questions => [.. ui.Questions];

    /// <summary>The progress records, in order.</summary>
    public IReadOnlyList<ProgressRecord> Progress => [.. ui.Progress];

    /// <summary>Which of the offered choices is taken; Yes by default.</summary>
    public int Answer { get => ui.Answer; set => ui.Answer = value; }

    public override void SetShouldExit(int exitCode)
    {
    }

    public override void EnterNestedPrompt() => throw new NotSupportedException("tests have no prompt");

    public override void ExitNestedPrompt() => throw new NotSupportedException("tests have no prompt");

    public override void NotifyBeginApplication()
    {
    }

    public override void NotifyEndApplication()
    {
    }

    private sealed class TestUserInterface : PSHostUserInterface
    {
        private readonly StringBuilder screen = new();

        public ConcurrentQueue<string> Questions { get; } = new();

        public ConcurrentQueue<ProgressRecord> Progress { get; } = new();

        public int Answer { get; set; }

        public string Screen
        {
            get
            {
                lock (screen)
                {
                    return System.Text.RegularExpressions.Regex.Replace(screen.ToString(), "\u001b\\[[0-9;]*m", string.Empty);
                }
            }
        }

        public override PSHostRawUserInterface RawUI { get; } = new TestRawUserInterface();

        public override void Write(string value) => Add(value);

        public override void Write(ConsoleColor foregroundColor, ConsoleColor backgroundColor, string value) => Add(value);

        public override void WriteLine(string value) => Add(value + "\n");

        public override void WriteErrorLine(string value) => Add(value + "\n");

        public override void WriteDebugLine(string message) => Add("DEBUG: " + message + "\n");

        public override void WriteVerboseLine(string message) => Add("VERBOSE: " + message + "\n");

        public override void WriteWarningLine(string message) => Add("WARNING: " + message + "\n");

        public override void WriteProgress(long sourceId, ProgressRecord record) => Progress.Enqueue(record);

        public override int PromptForChoice(string caption, string message, Collection<ChoiceDescription> choices, int defaultChoice)
        {
            Questions.Enqueue(message);
            return Answer;
        }

        public override string ReadLine() => throw new NotSupportedException("tests have no keyboard");

        public override SecureString ReadLineAsSecureString() => throw new NotSupportedException("tests have no keyboard");

        public override Dictionary<string, PSObject> Prompt(string caption, string message, Collection<FieldDescription> descriptions) =>
            throw new NotSupportedException("a mandatory parameter was not given");

        public override PSCredential PromptForCredential(string caption, string message, string userName, string targetName) => throw new NotSupportedException();

        public override PSCredential PromptForCredential(
            string caption, string message, string userName, string targetName, PSCredentialTypes allowedCredentialTypes, PSCredentialUIOptions options) => throw new NotSupportedException();

        private void Add(string text)
        {
            lock (screen)
            {
                screen.Append(text);
            }
        }
    }

    private sealed class TestRawUserInterface : PSHostRawUserInterface
    {
        public override ConsoleColor ForegroundColor { get; set; }

        public override ConsoleColor BackgroundColor { get; set; }

        public override Coordinates CursorPosition { get; set; }

        public override Coordinates WindowPosition { get; set; }

        public override int CursorSize { get; set; }

        public override Size BufferSize { get; set; } = new(100, 50);

        public override Size WindowSize { get; set; } = new(100, 50);

        public override Size MaxWindowSize => new(100, 50);

        public override Size MaxPhysicalWindowSize => new(100, 50);

        public override bool KeyAvailable => false;

        public override string WindowTitle { get; set; } = string.Empty;

        public override void FlushInputBuffer()
        {
        }

        public override BufferCell[,] GetBufferContents(Rectangle rectangle) => throw new NotSupportedException();

        public override KeyInfo ReadKey(ReadKeyOptions options) => throw new NotSupportedException();

        public override void ScrollBufferContents(Rectangle source, Coordinates destination, Rectangle clip, BufferCell fill) => throw new NotSupportedException();

        public override void SetBufferContents(Coordinates origin, BufferCell[,] contents) => throw new NotSupportedException();

        public override void SetBufferContents(Rectangle rectangle, BufferCell fill) => throw new NotSupportedException();
    }
}
