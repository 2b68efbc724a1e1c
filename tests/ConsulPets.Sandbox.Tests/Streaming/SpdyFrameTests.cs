using ConsulPets.Sandbox.Streaming.Spdy;

namespace ConsulPets.Sandbox.Tests.Streaming;

public sealed class SpdyFrameTests
{
    [Theory]
    [InlineData("8003000101000033", SpdyFrameType.SynStream, 3, 0u, 1, 0x33)]
    [InlineData("8003000600000004", SpdyFrameType.Ping, 3, 0u, 0, 4)]
    [InlineData("0000000501fffffe", SpdyFrameType.Data, 0, 5u, 1, 0xfffffe)]
    [InlineData("7fffffff00000000", SpdyFrameType.Data, 0, 0x7fffffffu, 0, 0)]
    internal void A_frames_start_is_read_and_written(string bytes, SpdyFrameType type, int version, uint stream, byte flags, int length)
    {
        var frame = SpdyFrame.Read(Convert.FromHexString(bytes));
        Assert.Equal(new SpdyFrame(type, version, stream, flags, length), frame);
        byte[] written = new byte[SpdyFrame.HeaderLength];
        frame.Write(written);
        Assert.Equal(bytes, Convert.ToHexString(written), ignoreCase: true);
    }

    [Fact]
    public void Control_frames_are_those_of_the_protocol()
    {
        Assert.Equal("80030003000000080000000700000005", Convert.ToHexString(SpdyFrame.Make(SpdyFrameType.RstStream, 7, SpdyFrame.Cancel)));
        Assert.Equal("800300020000000600000007ABCD", Convert.ToHexString(SpdyFrame.MakeReply(7, [0xab, 0xcd])));
    }
}
