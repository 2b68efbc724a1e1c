using System.Buffers.Binary;

namespace ConsulPets.Sandbox.Streaming.Spdy;

/// <summary>What a control frame is for.</summary>
internal enum SpdyFrameType
{
    /// <summary>None: a data frame.</summary>
    Data = 0,

    /// <summary>A stream begins.</summary>
    SynStream = 1,

    /// <summary>The other side takes the stream.</summary>
    SynReply = 2,

    /// <summary>A stream is given up, in both directions.</summary>
    RstStream = 3,

    /// <summary>Settings.</summary>
    Settings = 4,

    /// <summary>To be sent back.</summary>
    Ping = 6,

    /// <summary>No more streams.</summary>
    GoAway = 7,

    /// <summary>More headers of a stream.</summary>
    Headers = 8,

    /// <summary>The other side may send more.</summary>
    WindowUpdate = 9,
}

/// <summary>The first eight bytes of each frame (SPDY protocol draft 3, section 2.2), and the frames that a server sends.</summary>
/// <param name="Type">What it is for.</param>
/// <param name="Version">SPDY's version, 3; 0 in data frames.</param>
/// <param name="StreamId">The stream of a data frame; 0 in control frames, which have it in what follows.</param>
/// <param name="Flags">Flags.</param>
/// <param name="Length">How many bytes follow.</param>
internal readonly record struct SpdyFrame(SpdyFrameType Type, int Version, uint StreamId, byte Flags, int Length)
{
    /// <summary>How long this is.</summary>
    public const int HeaderLength = 8;

    /// <summary>The flag of a stream's last frame in its direction.</summary>
    public const byte Fin = 1;

    /// <summary>Why streams are reset: <c>PROTOCOL_ERROR</c>.</summary>
    public const uint ProtocolError = 1;

    /// <summary>Why streams are reset: <c>INVALID_STREAM</c>, there is none with that number.</summary>
    public const uint InvalidStream = 2;

    /// <summary>Why streams are reset: <c>CANCEL</c>.</summary>
    public const uint Cancel = 5;

    private const int SupportedVersion = 3;

    /// <summary>Reads the start of a frame.</summary>
    /// <param name="bytes">At least <see cref="HeaderLength"/> bytes.</param>
    /// <returns>What they say.</returns>
    public static SpdyFrame Read(ReadOnlySpan<byte> bytes)
    {
        uint first = BinaryPrimitives.ReadUInt32BigEndian(bytes);
        uint second = BinaryPrimitives.ReadUInt32BigEndian(bytes[4..]);
        byte flags = (byte)(second >> 24);
        int length = (int)(second & 0xffffff);
        return (first & 0x80000000) == 0
            ? new SpdyFrame(SpdyFrameType.Data, 0, first, flags, length)
            : new SpdyFrame((SpdyFrameType)(first & 0xffff), (int)(first >> 16) & 0x7fff, 0, flags, length);
    }

    /// <summary>Writes the start of a frame.</summary>
    /// <param name="bytes">Where to.</param>
    public void Write(Span<byte> bytes)
    {
        BinaryPrimitives.WriteUInt32BigEndian(bytes, Type == SpdyFrameType.Data ? StreamId : 0x80000000 | ((uint)SupportedVersion << 16) | (uint)Type);
        BinaryPrimitives.WriteUInt32BigEndian(bytes[4..], ((uint)Flags << 24) | (uint)Length);
    }

    /// <summary>A control frame of numbers: <c>RST_STREAM</c> (stream, reason), <c>PING</c> (number), <c>GOAWAY</c> (last stream, reason).</summary>
    /// <param name="type">Which.</param>
    /// <param name="numbers">The numbers.</param>
    /// <returns>The frame.</returns>
    public static byte[] Make(SpdyFrameType type, params ReadOnlySpan<uint> numbers)
    {
        byte[] frame = new byte[HeaderLength + (numbers.Length * sizeof(uint))];
        new SpdyFrame(type, SupportedVersion, 0, 0, frame.Length - HeaderLength).Write(frame);
        for (int index = 0; index < numbers.Length; index++)
        {
            BinaryPrimitives.WriteUInt32BigEndian(frame.AsSpan(HeaderLength + (index * sizeof(uint))), numbers[index]);
        }

        return frame;
    }

    /// <summary>A <c>SYN_REPLY</c>.</summary>
    /// <param name="stream">The stream.</param>
    /// <param name="headers">Its header block.</param>
    /// <returns>The frame.</returns>
    public static byte[] MakeReply(uint stream, ReadOnlySpan<byte> headers)
    {
        byte[] frame = new byte[HeaderLength + sizeof(uint) + headers.Length];
        new SpdyFrame(SpdyFrameType.SynReply, SupportedVersion, 0, 0, frame.Length - HeaderLength).Write(frame);
        BinaryPrimitives.WriteUInt32BigEndian(frame.AsSpan(HeaderLength), stream);
        headers.CopyTo(frame.AsSpan(HeaderLength + sizeof(uint)));
        return frame;
    }
}
