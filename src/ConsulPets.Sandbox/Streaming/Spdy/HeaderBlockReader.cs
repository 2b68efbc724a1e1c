using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;

namespace ConsulPets.Sandbox.Streaming.Spdy;

/// <summary>
/// Reads the header blocks of one connection. They are pieces of one zlib stream that starts from <see cref="HeaderDictionary"/>; each piece ends with a sync flush.
/// .NET's zlib has no preset dictionary, so the dictionary is put in front as if it had been sent: what the decompressor has written is what later blocks may refer back to.
/// </summary>
internal sealed class HeaderBlockReader : IDisposable
{
    /// <summary>The longest header block that is accepted, in bytes without compression. Kubernetes' are below a hundred.</summary>
    public const int MaximumLength = 64 * 1024;

    private readonly Feed feed = new();
    private readonly DeflateStream inflater;
    private readonly byte[] plain = new byte[MaximumLength + 1];
    private bool isStarted;

    /// <summary>Makes one, for one connection.</summary>
    public HeaderBlockReader()
    {
        inflater = new DeflateStream(feed, CompressionMode.Decompress);
        ReadOnlySpan<byte> dictionary = HeaderDictionary.Bytes.Span;
        byte[] block = new byte[dictionary.Length + StoredBlock.Overhead];
        StoredBlock.Write(dictionary, block);
        feed.Next = block;
        inflater.ReadExactly(plain, 0, dictionary.Length);
    }

    /// <summary>Reads the next header block. They must be read in the order in which they came, all of them.</summary>
    /// <param name="block">The block as it came.</param>
    /// <returns>Names, in small letters, and values.</returns>
    /// <exception cref="InvalidDataException">It is none.</exception>
    public IReadOnlyDictionary<string, string> Read(ReadOnlyMemory<byte> block)
    {
        feed.Next = isStarted ? block : SkipStart(block);
        isStarted = true;
        int length = inflater.ReadAtLeast(plain, plain.Length, throwOnEndOfStream: false);
        return length <= MaximumLength ? Parse(plain.AsSpan(0, length)) : throw new InvalidDataException("The headers are too long.");
    }

    /// <inheritdoc/>
    public void Dispose() => inflater.Dispose();

    // zlib's own header, RFC 1950: two bytes, and the dictionary's checksum when bit 5 of the second is set.
    private static ReadOnlyMemory<byte> SkipStart(ReadOnlyMemory<byte> block)
    {
        ReadOnlySpan<byte> start = block.Span;
        if (start.Length < 2 || (start[0] & 0x0f) != 8 || BinaryPrimitives.ReadUInt16BigEndian(start) % 31 != 0)
        {
            throw new InvalidDataException("The headers are not compressed with zlib.");
        }

        if ((start[1] & 0x20) == 0)
        {
            return block[2..];
        }

        return start.Length >= 6 && BinaryPrimitives.ReadUInt32BigEndian(start[2..]) == HeaderDictionary.Checksum
            ? block[6..]
            : throw new InvalidDataException("The headers are compressed with another dictionary.");
    }

    private static Dictionary<string, string> Parse(ReadOnlySpan<byte> plain)
    {
        int count = TakeNumber(ref plain);
        var headers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        for (int index = 0; index < count; index++)
        {
            string name = TakeText(ref plain);
            headers[name] = TakeText(ref plain);
        }

        return headers;
    }

    private static string TakeText(ref ReadOnlySpan<byte> plain)
    {
        int length = TakeNumber(ref plain);
        if (length < 0 || length > plain.Length)
        {
            throw new InvalidDataException("The headers end early.");
        }

        string text = Encoding.UTF8.GetString(plain[..length]);
        plain = plain[length..];
        return text;
    }

    private static int TakeNumber(ref ReadOnlySpan<byte> plain)
    {
        if (plain.Length < sizeof(int))
        {
            throw new InvalidDataException("The headers end early.");
        }

        int number = BinaryPrimitives.ReadInt32BigEndian(plain);
        plain = plain[sizeof(int)..];
        return number;
    }

    /// <summary>Gives the decompressor one block after the other. Its end is that of the block, not of the stream.</summary>
    private sealed class Feed : Stream
    {
        public ReadOnlyMemory<byte> Next { get; set; }

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override int Read(Span<byte> buffer)
        {
            int length = Math.Min(buffer.Length, Next.Length);
            Next.Span[..length].CopyTo(buffer);
            Next = Next[length..];
            return length;
        }

        public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
