namespace ConsulPets.Sandbox.Streaming.Exec;

/// <summary>
/// What a terminal does with keys before a program sees them. The client leaves that to the other end, where there is no terminal: without this nobody would see what they type,
/// and no line would end. A line goes to the program when it is finished.
/// </summary>
internal sealed class TerminalInput
{
    private const byte Interrupt = 0x03;
    private const byte EndOfInput = 0x04;
    private const byte Backspace = 0x08;
    private const byte Tab = 0x09;
    private const byte LineFeed = 0x0a;
    private const byte Return = 0x0d;
    private const byte Delete = 0x7f;

    private readonly List<byte> line = [];

    /// <summary>Takes keys.</summary>
    /// <param name="keys">What the client sent.</param>
    /// <param name="toProgram">Receives finished lines.</param>
    /// <param name="toScreen">Receives what is to be shown.</param>
    /// <returns>What the keys ask for besides.</returns>
    public TerminalRequest Take(ReadOnlySpan<byte> keys, List<byte> toProgram, List<byte> toScreen)
    {
        foreach (byte key in keys)
        {
            switch (key)
            {
                case Interrupt:
                    toScreen.AddRange("^C\r\n"u8);
                    return TerminalRequest.Interrupt;
                case EndOfInput when line.Count == 0:
                    return TerminalRequest.End;
                case EndOfInput:
                    Finish(toProgram);
                    break;
                case Return or LineFeed:
                    line.Add(LineFeed);
                    Finish(toProgram);
                    toScreen.AddRange("\r\n"u8);
                    break;
                case Backspace or Delete:
                    Erase(toScreen);
                    break;
                case >= 0x20 or Tab:
                    line.Add(key);
                    toScreen.Add(key);
                    break;
                default:
                    // Other control characters edit lines or steer jobs, which needs a real terminal.
                    break;
            }
        }

        return TerminalRequest.None;
    }

    /// <summary>What a program writes, as a terminal shows it: each line begins in the first column.</summary>
    /// <param name="output">What the program wrote.</param>
    /// <returns>The same, with a carriage return before each line feed.</returns>
    public static byte[] Show(ReadOnlySpan<byte> output)
    {
        byte[] shown = new byte[output.Length + output.Count(LineFeed)];
        int length = 0;
        foreach (byte character in output)
        {
            if (character == LineFeed)
            {
                shown[length++] = Return;
            }

            shown[length++] = character;
        }

        return shown;
    }

    private void Finish(List<byte> toProgram)
    {
        toProgram.AddRange(line);
        line.Clear();
    }

    // One character, which in UTF-8 may be several bytes: all but its first are 10xxxxxx.
    private void Erase(List<byte> toScreen)
    {
        if (line.Count == 0)
        {
            return;
        }

        while (line.Count > 1 && (line[^1] & 0xc0) == 0x80)
        {
            line.RemoveAt(line.Count - 1);
        }

        line.RemoveAt(line.Count - 1);
        toScreen.AddRange("\b \b"u8);
    }
}

/// <summary>What keys ask for besides text.</summary>
internal enum TerminalRequest
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>There is no more input.</summary>
    End,

    /// <summary>The program is to end.</summary>
    Interrupt,
}
