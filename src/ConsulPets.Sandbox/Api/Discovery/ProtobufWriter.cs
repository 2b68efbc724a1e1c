using System.Buffers;
using System.Text;

namespace ConsulPets.Sandbox.Api.Discovery;

/// <summary>Writes a message in protocol buffers' wire format: what one small document needs of it.</summary>
internal sealed class ProtobufWriter
{
    // The wire type of everything that begins with its length.
    private const uint Delimited = 2;

    private readonly ArrayBufferWriter<byte> buffer = new();

    /// <summary>Writes a text.</summary>
    /// <param name="field">The field's number.</param>
    /// <param name="text">The text.</param>
    public void Text(uint field, string text) => Bytes(field, Encoding.UTF8.GetBytes(text));

    /// <summary>Writes a message within the message.</summary>
    /// <param name="field">The field's number.</param>
    /// <param name="write">Writes its fields.</param>
    public void Message(uint field, Action<ProtobufWriter> write)
    {
        ArgumentNullException.ThrowIfNull(write);
        var inner = new ProtobufWriter();
        write(inner);
        Bytes(field, inner.ToArray());
    }

    /// <summary>What was written.</summary>
    /// <returns>The bytes.</returns>
    public byte[] ToArray() => buffer.WrittenSpan.ToArray();

    private void Bytes(uint field, byte[] bytes)
    {
        Number((field << 3) | Delimited);
        Number((uint)bytes.Length);
        buffer.Write(bytes);
    }

    // Seven bits a byte, the lowest first; all but the last have the highest bit set.
    private void Number(uint value)
    {
        for (; value >= 0x80; value >>= 7)
        {
            buffer.Write([(byte)(value | 0x80)]);
        }

        buffer.Write([(byte)value]);
    }
}
