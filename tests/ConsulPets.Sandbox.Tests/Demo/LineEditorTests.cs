using ConsulPets.Sandbox.Demo.Prompt;
using ConsulPets.Sandbox.Hosting;

namespace ConsulPets.Sandbox.Tests.Demo;

public sealed class LineEditorTests
{
    [Theory]
    [InlineData("abc", "abc")]
    [InlineData("abc {Left}{Left}x", "abxc ")]
    [InlineData("ac{Left}b{End}d", "abcd")]
    [InlineData("bc{Home}a", "abc")]
    [InlineData("bc{^A}a{^E}d", "abcd")]
    [InlineData("abx{Back}c", "abc")]
    [InlineData("{Back}a", "a")]
    [InlineData("xa{Home}{Del}", "a")]
    [InlineData("one two{^W}", "one ")]
    [InlineData("one two{^U}three", "three")]
    [InlineData("one two{^Left}{^K}", "one ")]
    [InlineData("one two{Esc}", "")]
    [InlineData("ab{Left}{^D}", "a")]
    [InlineData("äöü{Left}ß", "äößü")]
    [InlineData("a{F5}b", "ab")]
    public void Keys_edit_the_line(string keys, string line)
    {
        using var keyboard = new Keyboard(keys + "{Enter}");
        Assert.Equal(line, keyboard.Editor().Read("PS> ", isCommand: true));
    }

    [Fact]
    public void Earlier_lines_come_back_with_the_arrow_keys_and_what_was_typed_is_kept()
    {
        using var keyboard = new Keyboard("one{Enter}two{Enter}two{Enter}dra{Up}{Up}{Up}{Down}{Down}ft{Enter}{Up}{Up}{Up}!{Enter}");
        LineEditor editor = keyboard.Editor();
        Assert.Equal(["one", "two", "two", "draft", "one!"], Enumerable.Range(0, 5).Select(_ => editor.Read("PS> ", isCommand: true)));
    }

    [Fact]
    public void Answers_are_no_commands_and_do_not_come_back()
    {
        using var keyboard = new Keyboard("one{Enter}secret{Enter}{Up}{Enter}");
        LineEditor editor = keyboard.Editor();
        editor.Read("PS> ", isCommand: true);
        editor.Read("Token: ", isCommand: false, mask: '*');
        Assert.Equal("one", editor.Read("PS> ", isCommand: true));
        Assert.DoesNotContain("secret", keyboard.Screen, StringComparison.Ordinal);
        Assert.Contains("******", keyboard.Screen, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Get-C{Tab}", "Get-ConsulMember")]
    [InlineData("Get-C{Tab}{Tab}", "Get-ConsulPet")]
    [InlineData("Get-C{Tab}{Tab}{Tab}", "Get-ConsulMember")]
    [InlineData("Get-C{+Tab}", "Get-ConsulPet")]
    [InlineData("Get-C{Tab}{Tab}{+Tab} x", "Get-ConsulMember x")]
    [InlineData("none{Tab}", "none")]
    public void Tab_goes_through_the_completions(string keys, string line)
    {
        using var keyboard = new Keyboard(keys + "{Enter}");
        LineEditor editor = keyboard.Editor(static (text, cursor) => text == "Get-C" ? new LineCompletions(0, cursor, ["Get-ConsulMember", "Get-ConsulPet"]) : null);
        Assert.Equal(line, editor.Read("PS> ", isCommand: true));
    }

    [Fact]
    public void Ctrl_C_gives_the_line_up()
    {
        using var keyboard = new Keyboard("abc{^C}next{Enter}");
        LineEditor editor = keyboard.Editor();
        Assert.Throws<OperationCanceledException>(() => editor.Read("PS> ", isCommand: true));
        Assert.Equal("next", editor.Read("PS> ", isCommand: true));
    }

    [Fact]
    public void Ctrl_D_ends_the_input_on_an_empty_line_only()
    {
        using var keyboard = new Keyboard("ab{Left}{^D}{Back}{^D}");
        Assert.Null(keyboard.Editor().Read("PS> ", isCommand: true));
    }

    [Fact]
    public void A_line_that_is_longer_than_the_terminal_is_wide_goes_on_in_the_next_row()
    {
        // Ten columns, four of them the prompt's: the sixth character fills the row, the cursor goes to the next, and from there up again.
        using var keyboard = new Keyboard("abcdefg{Home}{Enter}", width: 10);
        Assert.Equal("abcdefg", keyboard.Editor().Read("PS> ", isCommand: true));
        Assert.Contains("\r\u001b[JPS> abcdef\r\n\r", keyboard.Screen, StringComparison.Ordinal);
        Assert.Contains("\u001b[1A\r\u001b[JPS> abcdefg\r\u001b[1C", keyboard.Screen, StringComparison.Ordinal);
        Assert.Contains("PS> abcdefg\u001b[1A\r\u001b[4C", keyboard.Screen, StringComparison.Ordinal);
    }

    /// <summary>Types keys: characters, and names in braces with ^ for Ctrl and + for Shift.</summary>
    private sealed class Keyboard : IDisposable
    {
        private readonly Queue<ConsoleKeyInfo> keys;
        private readonly StringWriter screen = new() { NewLine = "\n" };
        private readonly Terminal terminal;

        public Keyboard(string script, int width = 80)
        {
            keys = new Queue<ConsoleKeyInfo>(Keys(script));
            terminal = new Terminal { Input = TextReader.Null, Output = screen, Error = screen, InputIsTerminal = true, OutputIsTerminal = true, Width = () => width, ReadKey = keys.Dequeue };
        }

        public string Screen => screen.ToString();

        public LineEditor Editor(Func<string, int, LineCompletions?>? complete = null) => new(terminal, complete ?? (static (_, _) => null));

        public void Dispose() => screen.Dispose();

        private static IEnumerable<ConsoleKeyInfo> Keys(string script)
        {
            for (int place = 0; place < script.Length; place++)
            {
                if (script[place] != '{')
                {
                    yield return new ConsoleKeyInfo(script[place], ConsoleKey.None, shift: false, alt: false, control: false);
                    continue;
                }

                int end = script.IndexOf('}', place);
                string name = script[(place + 1)..end];
                place = end;
                bool control = name[0] == '^';
                bool shift = name[0] == '+';
                yield return new ConsoleKeyInfo('\0', Named(control || shift ? name[1..] : name), shift, alt: false, control);
            }
        }

        private static ConsoleKey Named(string name) => name switch
        {
            "Left" => ConsoleKey.LeftArrow,
            "Up" => ConsoleKey.UpArrow,
            "Down" => ConsoleKey.DownArrow,
            "Back" => ConsoleKey.Backspace,
            "Del" => ConsoleKey.Delete,
            "Esc" => ConsoleKey.Escape,
            _ => Enum.Parse<ConsoleKey>(name),
        };
    }
}
