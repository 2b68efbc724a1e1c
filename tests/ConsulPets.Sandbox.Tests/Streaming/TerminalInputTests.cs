using System.Text;
using ConsulPets.Sandbox.Streaming.Exec;

namespace ConsulPets.Sandbox.Tests.Streaming;

public sealed class TerminalInputTests
{
    [Theory]
    [InlineData("ls\r", "ls\n", "ls\r\n", TerminalRequest.None)]
    [InlineData("ls", "", "ls", TerminalRequest.None)]
    [InlineData("a\rb\r", "a\nb\n", "a\r\nb\r\n", TerminalRequest.None)]
    [InlineData("lx\u007fs\r", "ls\n", "lx\b \bs\r\n", TerminalRequest.None)]
    [InlineData("é\u007fe\r", "e\n", "é\b \be\r\n", TerminalRequest.None)]
    [InlineData("\u007f\u007f\r", "\n", "\r\n", TerminalRequest.None)]
    [InlineData("\u0004", "", "", TerminalRequest.End)]
    [InlineData("ab\u0004", "ab", "ab", TerminalRequest.None)]
    [InlineData("ab\u0004\u0004", "ab", "ab", TerminalRequest.End)]
    [InlineData("ab\u0003", "", "ab^C\r\n", TerminalRequest.Interrupt)]
    [InlineData("\u001b\tx\r", "\tx\n", "\tx\r\n", TerminalRequest.None)]
    internal void Keys_make_lines(string keys, string program, string screen, TerminalRequest request)
    {
        List<byte> toProgram = [];
        List<byte> toScreen = [];
        Assert.Equal(request, new TerminalInput().Take(Encoding.UTF8.GetBytes(keys), toProgram, toScreen));
        Assert.Equal(program, Encoding.UTF8.GetString([.. toProgram]));
        Assert.Equal(screen, Encoding.UTF8.GetString([.. toScreen]));
    }

    [Fact]
    public void Lines_on_the_screen_begin_in_the_first_column() => Assert.Equal("a\r\nb\r\n\r\n", Encoding.UTF8.GetString(TerminalInput.Show("a\nb\n\n"u8)));
}
