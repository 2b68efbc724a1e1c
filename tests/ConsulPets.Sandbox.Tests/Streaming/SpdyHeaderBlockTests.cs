using ConsulPets.Sandbox.Streaming.Spdy;

namespace ConsulPets.Sandbox.Tests.Streaming;

public sealed class SpdyHeaderBlockTests
{
    // Written by zlib 1.3 with the protocol's dictionary and a sync flush after each: what kubectl's first streams send.
    private static readonly string[] Recorded =
    [
        "78f9e3c6a7c202253a703a2b294a4dcc851625aca9a0808614cb45e01c60018c0e20cd590489c64c50f2663400000000ffff",
        "c2aa19540e2512d60b000000ffff",
        "02c9906bb12196e28f39912109000000ffff",
    ];

    [Fact]
    public void The_dictionary_is_that_of_the_protocol()
    {
        uint low = 1;
        uint high = 0;
        foreach (byte value in HeaderDictionary.Bytes.Span)
        {
            low = (low + value) % 65521;
            high = (high + low) % 65521;
        }

        Assert.Equal(HeaderDictionary.Checksum, (high << 16) | low);
        Assert.Equal(1423, HeaderDictionary.Bytes.Length);
    }

    [Fact]
    public void Blocks_of_zlib_are_read_one_after_the_other()
    {
        using var reader = new HeaderBlockReader();
        string[] read = [.. Recorded.Select(block => string.Join(' ', reader.Read(Convert.FromHexString(block)).Select(static pair => $"{pair.Key}={pair.Value.Replace("\0", "|", StringComparison.Ordinal)}")))];
        Assert.Equal(
            ["streamtype=error port=8500 requestid=0", "streamtype=data port=8500 requestid=0", "streamtype=error port=8500 requestid=1 content-type=a|b"],
            read);
    }

    [Fact]
    public void What_is_written_is_read_back()
    {
        using var reader = new HeaderBlockReader();
        var writer = new HeaderBlockWriter();
        for (int round = 0; round < 100; round++)
        {
            var headers = Enumerable.Range(0, round).ToDictionary(static number => $"name-{number}", number => new string((char)('a' + (number % 26)), number * 5));
            Assert.Equal(headers, reader.Read(writer.Write(headers)));
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("78")]
    [InlineData("ffff0000")]
    [InlineData("78f901020304")]
    [InlineData("7801000100feff00000000ffff")]
    [InlineData("78010008 00f7ff 00000001 00000009 000000ffff")]
    [InlineData("78010004 00fbff 7fffffff 000000ffff")]
    [InlineData("7801ffffffff")]
    public void What_is_no_header_block_is_refused(string block)
    {
        using var reader = new HeaderBlockReader();
        Assert.Throws<InvalidDataException>(() => reader.Read(Convert.FromHexString(block.Replace(" ", string.Empty, StringComparison.Ordinal))));
    }

    [Fact]
    public void Headers_that_swell_when_they_are_unpacked_are_refused()
    {
        using var packed = new MemoryStream([0x78, 0x01], 0, 2, writable: false);
        using var all = new MemoryStream();
        packed.CopyTo(all);
        using (var deflate = new System.IO.Compression.DeflateStream(all, System.IO.Compression.CompressionLevel.SmallestSize, leaveOpen: true))
        {
            deflate.Write(new byte[10 * 1024 * 1024]);
        }

        using var reader = new HeaderBlockReader();
        Assert.Throws<InvalidDataException>(() => reader.Read(all.ToArray()));
    }
}
