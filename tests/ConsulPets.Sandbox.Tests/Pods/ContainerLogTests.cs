using System.Globalization;
using System.Text;
using ConsulPets.Sandbox.Pods;

namespace ConsulPets.Sandbox.Tests.Pods;

public sealed class ContainerLogTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("sandbox-log-").FullName;

    public void Dispose() => LeftOverProcesses.Delete(folder);

    [Theory]
    [InlineData(null, null, "one\ntwo\nthree\n")]
    [InlineData(2, null, "two\nthree\n")]
    [InlineData(0, null, "")]
    [InlineData(9, null, "one\ntwo\nthree\n")]
    [InlineData(null, 6L, "one\ntw")]
    public async Task The_end_or_the_beginning_can_be_asked_for(int? tail, long? limit, string expected)
    {
        using ContainerLog log = await Written("one\ntwo\nthree");
        Assert.Equal(expected, await Read(log, new LogRequest(TailLines: tail, LimitBytes: limit)));
    }

    [Fact]
    public async Task Each_line_has_its_time_and_older_ones_can_be_left_out()
    {
        using ContainerLog log = await Written("one\n");
        string line = await Read(log, new LogRequest(Timestamps: true));
        Assert.True(DateTimeOffset.TryParse(line.Split(' ')[0], CultureInfo.InvariantCulture, out DateTimeOffset time));
        Assert.InRange(time, DateTimeOffset.UtcNow.AddMinutes(-1), DateTimeOffset.UtcNow);
        Assert.Equal("one\n", await Read(log, new LogRequest(Since: DateTimeOffset.UtcNow.AddMinutes(-1))));
        Assert.Empty(await Read(log, new LogRequest(Since: DateTimeOffset.UtcNow.AddMinutes(1))));
    }

    [Fact]
    public async Task Who_follows_gets_what_is_written_across_a_new_file_until_the_container_ends()
    {
        using var log = new ContainerLog(Path.Combine(folder, "0.log"), 400, TimeProvider.System);
        await log.CopyAsync(new MemoryStream(Encoding.UTF8.GetBytes("first\n")));
        IAsyncEnumerator<ReadOnlyMemory<byte>> lines = log.ReadAsync(new LogRequest(Follow: true), default).GetAsyncEnumerator();
        Assert.True(await lines.MoveNextAsync());
        for (int index = 0; index < 25; index++)
        {
            await log.CopyAsync(new MemoryStream(Encoding.UTF8.GetBytes($"line {index}\n")));
            Assert.True(await lines.MoveNextAsync());
            Assert.Equal($"line {index}\n", Encoding.UTF8.GetString(lines.Current.Span));
        }

        log.End();
        Assert.False(await lines.MoveNextAsync());
        await lines.DisposeAsync();
        Assert.True(new FileInfo(Path.Combine(folder, "0.log")).Length <= 400);
        Assert.EndsWith("line 24\n", await Read(log, new LogRequest()), StringComparison.Ordinal);
    }

    private static async Task<string> Read(ContainerLog log, LogRequest request)
    {
        var text = new StringBuilder();
        await foreach (ReadOnlyMemory<byte> line in log.ReadAsync(request, default))
        {
            text.Append(Encoding.UTF8.GetString(line.Span));
        }

        return text.ToString();
    }

    private async Task<ContainerLog> Written(string text)
    {
        var log = new ContainerLog(Path.Combine(folder, "0.log"), 1 << 20, TimeProvider.System);
        await log.CopyAsync(new MemoryStream(Encoding.UTF8.GetBytes(text)));
        return log;
    }
}
