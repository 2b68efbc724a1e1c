using System.Buffers.Binary;
using System.Text;

namespace ConsulPets.Sandbox.Streaming.Spdy;

/// <summary>Writes the header blocks of one connection. They are short and few, so they are stored rather than compressed, which zlib allows.</summary>
internal sealed class HeaderBlockWriter
{
    // CMF: deflate with a window of 32 KiB. FLG: no dictionary, and what makes both together a multiple of 31 (RFC 1950).
    private static readonly byte[] Start = [0x78, 0x01];

    private bool isStarted;

    /// <summary>Writes the next header block. They must be sent in the order in which they were written.</summary>
    /// <param name="headers">Names, in small letters, and values; together below 64 KiB.</param>
    /// <returns>The block.</returns>
    public byte[] Write(IReadOnlyDictionary<string, string> headers)
    {
        using var plain = new MemoryStream();
        WriteNumber(plain, headers.Count);
        foreach ((string name, string value) in headers)
        {
            WriteText(plain, name);
            WriteText(plain, value);
        }

        ReadOnlySpan<byte> start = isStarted ? [] : Start;
        isStarted = true;
        int length = checked((int)plain.Length);
        byte[] block = new byte[start.Length + StoredBlock.Overhead + length + StoredBlock.Overhead];
        start.CopyTo(block);
        StoredBlock.Write(plain.GetBuffer().AsSpan(0, length), block.AsSpan(start.Length));

        // An empty block ends a sync flush. Go's decompressor hands out what it has only when it sees one.
        StoredBlock.Write([], block.AsSpan(start.Length + StoredBlock.Overhead + length));
        return block;
    }

    private static void WriteText(MemoryStream plain, string text)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(text);
        WriteNumber(plain, bytes.Length);
        plain.Write(bytes);
    }

    private static void WriteNumber(MemoryStream plain, int number)
    {
        Span<byte> bytes = stackalloc byte[sizeof(int)];
        BinaryPrimitives.WriteInt32BigEndian(bytes, number);
        plain.Write(bytes);
    }
}
