using System.Buffers.Binary;

namespace ConsulPets.Sandbox.Streaming.Spdy;

/// <summary>Data that deflate carries as it is (RFC 1951, section 3.2.4).</summary>
internal static class StoredBlock
{
    /// <summary>How much longer than its data a block is.</summary>
    public const int Overhead = 5;

    /// <summary>How much data one block can have.</summary>
    public const int MaximumLength = ushort.MaxValue;

    /// <summary>Writes a block that is not the last of its stream.</summary>
    /// <param name="data">The data, at most <see cref="MaximumLength"/>; an empty block is what a sync flush ends with.</param>
    /// <param name="target">Where to; <see cref="Overhead"/> bytes longer than the data.</param>
    public static void Write(ReadOnlySpan<byte> data, Span<byte> target)
    {
        target[0] = 0;
        BinaryPrimitives.WriteUInt16LittleEndian(target[1..], (ushort)data.Length);
        BinaryPrimitives.WriteUInt16LittleEndian(target[3..], (ushort)~data.Length);
        data.CopyTo(target[Overhead..]);
    }
}
