using System.Management.Automation.Host;
using ConsulPets.Sandbox.Hosting;

namespace ConsulPets.Sandbox.Demo.Screen;

/// <summary>How large the terminal is; that is what tables are fitted into. Of the rest, only what escape sequences can do is offered.</summary>
/// <param name="terminal">The terminal.</param>
internal sealed class ConsoleRawUserInterface(Terminal terminal) : PSHostRawUserInterface
{
    /// <inheritdoc/>
    public override ConsoleColor ForegroundColor { get; set; } = ConsoleColor.Gray;

    /// <inheritdoc/>
    public override ConsoleColor BackgroundColor { get; set; } = ConsoleColor.Black;

    /// <inheritdoc/>
    public override Coordinates CursorPosition { get; set; }

    /// <inheritdoc/>
    public override Coordinates WindowPosition { get; set; }

    /// <inheritdoc/>
    public override int CursorSize { get; set; } = 25;

    /// <inheritdoc/>
    public override Size BufferSize { get => new(terminal.Width(), terminal.Height()); set => throw Unsupported(); }

    /// <inheritdoc/>
    public override Size WindowSize { get => new(terminal.Width(), terminal.Height()); set => throw Unsupported(); }

    /// <inheritdoc/>
    public override Size MaxWindowSize => new(terminal.Width(), terminal.Height());

    /// <inheritdoc/>
    public override Size MaxPhysicalWindowSize => new(terminal.Width(), terminal.Height());

    /// <inheritdoc/>
    public override bool KeyAvailable => false;

    /// <inheritdoc/>
    public override string WindowTitle { get; set; } = string.Empty;

    /// <inheritdoc/>
    public override void FlushInputBuffer()
    {
    }

    /// <inheritdoc/>
    public override KeyInfo ReadKey(ReadKeyOptions options) => throw Unsupported();

    /// <inheritdoc/>
    public override BufferCell[,] GetBufferContents(Rectangle rectangle) => throw Unsupported();

    /// <inheritdoc/>
    public override void ScrollBufferContents(Rectangle source, Coordinates destination, Rectangle clip, BufferCell fill) => throw Unsupported();

    /// <inheritdoc/>
    public override void SetBufferContents(Coordinates origin, BufferCell[,] contents) => throw Unsupported();

    /// <inheritdoc/>
    public override void SetBufferContents(Rectangle rectangle, BufferCell fill)
    {
        // Clear-Host does this with an empty cell and the whole screen.
        if (terminal.OutputIsTerminal)
        {
            terminal.Output.Write("\u001b[H\u001b[2J");
            terminal.Output.Flush();
        }
    }

    private static NotSupportedException Unsupported() => new("This host writes and reads lines only.");
}
