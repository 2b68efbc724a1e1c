namespace ConsulPets.Sandbox.Demo.Prompt;

/// <summary>A line that is being typed, and where the cursor stands in it.</summary>
/// <param name="Text">The line.</param>
/// <param name="Cursor">How many characters stand before the cursor.</param>
internal readonly record struct LineBuffer(string Text, int Cursor)
{
    /// <summary>Nothing typed yet.</summary>
    public static LineBuffer Empty { get; } = new(string.Empty, 0);

    /// <summary>A line with the cursor behind it.</summary>
    /// <param name="text">The line.</param>
    /// <returns>The line.</returns>
    public static LineBuffer Of(string text) => new(text, text.Length);

    /// <summary>Types text at the cursor.</summary>
    /// <param name="text">The text.</param>
    /// <returns>The line then.</returns>
    public LineBuffer Insert(string text) => new(Text.Insert(Cursor, text), Cursor + text.Length);

    /// <summary>Puts text in place of a part, with the cursor behind it.</summary>
    /// <param name="start">Where the part begins.</param>
    /// <param name="length">How long it is.</param>
    /// <param name="text">The text.</param>
    /// <returns>The line then.</returns>
    public LineBuffer Replace(int start, int length, string text) => new(Text.Remove(start, length).Insert(start, text), start + text.Length);

    /// <summary>What a key does to the line, as the shells' usual keys have it.</summary>
    /// <param name="key">The key.</param>
    /// <returns>The line then; the same for a key without meaning.</returns>
    public LineBuffer Press(ConsoleKeyInfo key)
    {
        bool control = key.Modifiers.HasFlag(ConsoleModifiers.Control);
        return (control, key.Key) switch
        {
            (false, ConsoleKey.LeftArrow) or (true, ConsoleKey.B) => MoveTo(Cursor - 1),
            (false, ConsoleKey.RightArrow) or (true, ConsoleKey.F) => MoveTo(Cursor + 1),
            (true, ConsoleKey.LeftArrow) => MoveTo(WordBefore),
            (true, ConsoleKey.RightArrow) => MoveTo(WordAfter),
            (_, ConsoleKey.Home) or (true, ConsoleKey.A) => MoveTo(0),
            (_, ConsoleKey.End) or (true, ConsoleKey.E) => MoveTo(Text.Length),
            (false, ConsoleKey.Backspace) or (true, ConsoleKey.H) => Delete(Cursor - 1, Cursor),
            (false, ConsoleKey.Delete) or (true, ConsoleKey.D) => Delete(Cursor, Cursor + 1),
            (true, ConsoleKey.W) or (true, ConsoleKey.Backspace) => Delete(WordBefore, Cursor),
            (true, ConsoleKey.U) => Delete(0, Cursor),
            (true, ConsoleKey.K) => Delete(Cursor, Text.Length),
            (_, ConsoleKey.Escape) => Empty,
            _ => char.IsControl(key.KeyChar) ? this : Insert(key.KeyChar.ToString()),
        };
    }

    private int WordBefore
    {
        get
        {
            int place = Cursor;
            while (place > 0 && char.IsWhiteSpace(Text[place - 1]))
            {
                place--;
            }

            while (place > 0 && !char.IsWhiteSpace(Text[place - 1]))
            {
                place--;
            }

            return place;
        }
    }

    private int WordAfter
    {
        get
        {
            int place = Cursor;
            while (place < Text.Length && !char.IsWhiteSpace(Text[place]))
            {
                place++;
            }

            while (place < Text.Length && char.IsWhiteSpace(Text[place]))
            {
                place++;
            }

            return place;
        }
    }

    private LineBuffer MoveTo(int place) => this with { Cursor = Math.Clamp(place, 0, Text.Length) };

    private LineBuffer Delete(int from, int to)
    {
        int start = Math.Max(0, from);
        int end = Math.Min(Text.Length, to);
        return start < end ? new LineBuffer(Text.Remove(start, end - start), start) : this;
    }
}
