using System.Management.Automation;
using ConsulPets.Sandbox.Demo.Screen;
using ConsulPets.Sandbox.Hosting;

namespace ConsulPets.Sandbox.Tests.Demo;

public sealed class ScreenTests
{
    private const string Wipe = "\r\u001b[K";

    [Fact]
    public void Progress_is_wiped_before_text_and_drawn_again_behind_it()
    {
        using var output = new StringWriter { NewLine = "\n" };
        ConsoleScreen screen = Screen(output, isTerminal: true);
        screen.ShowProgress("wait [1]");
        screen.WriteLine("text");
        screen.ShowProgress("wait [2]");
        screen.ShowProgress(null);
        screen.WriteLine("end");
        Assert.Equal($"wait [1]{Wipe}text\nwait [1]{Wipe}wait [2]{Wipe}end\n", output.ToString());
    }

    [Fact]
    public void Progress_is_not_drawn_behind_half_a_line()
    {
        using var output = new StringWriter { NewLine = "\n" };
        ConsoleScreen screen = Screen(output, isTerminal: true);
        screen.Write("Sure? ");
        screen.ShowProgress("wait");
        Assert.Equal("Sure? ", output.ToString());
        screen.WriteLine("y");
        Assert.Equal("Sure? y\nwait", output.ToString());
    }

    [Fact]
    public void Where_nobody_looks_there_is_no_progress()
    {
        using var output = new StringWriter { NewLine = "\n" };
        ConsoleScreen screen = Screen(output, isTerminal: false);
        screen.ShowProgress("wait");
        screen.WriteLine("text");
        Assert.Equal("text\n", output.ToString());
    }

    [Theory]
    [InlineData(true, "error\n", "")]
    [InlineData(false, "", "error\n")]
    public void Errors_stand_among_the_output_on_a_terminal_only(bool isTerminal, string onOutput, string onError)
    {
        using var output = new StringWriter { NewLine = "\n" };
        using var error = new StringWriter { NewLine = "\n" };
        new ConsoleScreen(new Terminal { Input = TextReader.Null, Output = output, Error = error, OutputIsTerminal = isTerminal }).WriteErrorLine("error");
        Assert.Equal((onOutput, onError), (output.ToString(), error.ToString()));
    }

    [Theory]
    [InlineData("Waiting", "no leader", -1, 33, "Waiting [no leader           ]")]
    [InlineData("Waiting", "half", 50, 33, "Waiting [50% half            ]")]
    [InlineData("Waiting for the pet set", "no leader yet", -1, 33, "Waiting for the pet set [no …]")]
    [InlineData("A long name of what is being done", "x", -1, 23, "A long name of w… []")]
    [InlineData("Two\nlines", "a\r\nb", -1, 23, "Two lines [a b     ]")]
    public void The_line_of_progress_fits_and_leaves_room_for_what_Ctrl_C_shows(string activity, string status, int percent, int width, string line)
    {
        var view = new RunningProgress();
        view.Take(1, new ProgressRecord(1, activity, status) { PercentComplete = percent });
        Assert.Equal(line, view.Line(width, style: null));
        Assert.Equal(width - 3, view.Line(width, style: null)!.Length);
        Assert.Equal($"\u001b[33m{line}\u001b[0m", view.Line(width, "\u001b[33m"));
    }

    [Theory]
    [InlineData("one two three", 8, "one two|three")]
    [InlineData("one  two\nthree", 80, "one two three")]
    [InlineData("one", 2, "one")]
    [InlineData("a bb ccc", 5, "a bb|ccc")]
    [InlineData("", 5, "")]
    public void Sentences_are_broken_at_blanks(string text, int width, string lines) => Assert.Equal(lines, string.Join('|', WrappedText.Lines(text, width)));

    [Theory]
    [InlineData(1)]
    [InlineData(5)]
    [InlineData(20)]
    public void On_a_terminal_of_any_width_the_line_is_no_longer_than_it(int width)
    {
        var view = new RunningProgress();
        view.Take(1, new ProgressRecord(1, "Waiting for the pet set", "no leader"));
        Assert.InRange(view.Line(width, style: null)!.Length, 0, width - 1);
    }

    [Fact]
    public void What_was_told_last_is_shown_until_it_is_completed()
    {
        var view = new RunningProgress();
        var outer = new ProgressRecord(1, "outer", "a");
        var inner = new ProgressRecord(2, "inner", "b");
        view.Take(1, outer);
        view.Take(1, inner);
        Assert.StartsWith("inner", view.Line(80, style: null), StringComparison.Ordinal);
        inner.RecordType = ProgressRecordType.Completed;
        view.Take(1, inner);
        Assert.StartsWith("outer", view.Line(80, style: null), StringComparison.Ordinal);
        view.Clear();
        Assert.Null(view.Line(80, style: null));
    }

    private static ConsoleScreen Screen(TextWriter output, bool isTerminal) =>
        new(new Terminal { Input = TextReader.Null, Output = output, Error = output, OutputIsTerminal = isTerminal });
}
