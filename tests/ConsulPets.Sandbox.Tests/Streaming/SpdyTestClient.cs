using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.IO.Pipelines;
using ConsulPets.Sandbox.Streaming.Spdy;

namespace ConsulPets.Sandbox.Tests.Streaming;

/// <summary>The client's end of a SPDY connection, written from the protocol's text.</summary>
internal sealed class SpdyTestClient : IAsyncDisposable
{
    private readonly Stream transport;
    private readonly HeaderBlockWriter headers = new();
    private readonly HeaderBlockReader replies = new();
    private readonly SemaphoreSlim writing = new(1, 1);
    private readonly ConcurrentDictionary<uint, TestStream> streams = new();
    private readonly ConcurrentDictionary<uint, TaskCompletionSource> pings = new();
    private readonly Task reading;
    private uint next = 1;

    public SpdyTestClient(Stream transport)
    {
        this.transport = transport;
        reading = ReadAsync();
    }

    /// <summary>Completes when the server has closed; its result is whether it said goodbye.</summary>
    public TaskCompletionSource<bool> Ended { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public async Task<TestStream> OpenAsync(params (string Name, string Value)[] pairs)
    {
        TestStream stream;
        await writing.WaitAsync();
        try
        {
            uint id = next;
            next += 2;
            stream = streams[id] = new TestStream(this, id);
            byte[] block = headers.Write(pairs.ToDictionary(static pair => pair.Name, static pair => pair.Value));
            byte[] body = new byte[10 + block.Length];
            BinaryPrimitives.WriteUInt32BigEndian(body, id);
            block.CopyTo(body, 10);
            await SendAsync(0x80030001, 0, body);
        }
        finally
        {
            writing.Release();
        }

        await stream.Replied.Task.WaitAsync(TimeSpan.FromSeconds(20));
        return stream;
    }

    /// <summary>Opens both streams of a forwarded connection.</summary>
    public async Task<(TestStream Data, TestStream Error)> ForwardAsync(int port, int request)
    {
        TestStream error = await OpenAsync(("streamtype", "error"), ("port", $"{port}"), ("requestid", $"{request}"));
        await error.WriteAsync(ReadOnlyMemory<byte>.Empty, fin: true);
        TestStream data = await OpenAsync(("streamtype", "data"), ("port", $"{port}"), ("requestid", $"{request}"));
        return (data, error);
    }

    public async Task PingAsync(uint number)
    {
        TaskCompletionSource answer = pings[number] = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        byte[] body = new byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(body, number);
        await SendLockedAsync(0x80030006, 0, body);
        await answer.Task.WaitAsync(TimeSpan.FromSeconds(20));
    }

    public async Task SendLockedAsync(uint first, byte flags, ReadOnlyMemory<byte> body)
    {
        await writing.WaitAsync();
        try
        {
            await SendAsync(first, flags, body);
        }
        finally
        {
            writing.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await transport.DisposeAsync();
        await reading;
        writing.Dispose();
        replies.Dispose();
    }

    private async Task SendAsync(uint first, byte flags, ReadOnlyMemory<byte> body)
    {
        byte[] frame = new byte[8 + body.Length];
        BinaryPrimitives.WriteUInt32BigEndian(frame, first);
        BinaryPrimitives.WriteUInt32BigEndian(frame.AsSpan(4), ((uint)flags << 24) | (uint)body.Length);
        body.CopyTo(frame.AsMemory(8));
        await transport.WriteAsync(frame);
    }

    private async Task ReadAsync()
    {
        bool saidGoodbye = false;
        try
        {
            byte[] start = new byte[8];
            while (true)
            {
                await transport.ReadExactlyAsync(start);
                uint first = BinaryPrimitives.ReadUInt32BigEndian(start);
                uint second = BinaryPrimitives.ReadUInt32BigEndian(start.AsSpan(4));
                byte[] body = new byte[second & 0xffffff];
                await transport.ReadExactlyAsync(body);
                saidGoodbye |= first == 0x80030007;
                await TakeAsync(first, (byte)(second >> 24), body);
            }
        }
        catch (Exception exception) when (exception is IOException or ObjectDisposedException or System.Net.WebSockets.WebSocketException)
        {
            foreach (TestStream stream in streams.Values)
            {
                stream.End();
            }

            Ended.TrySetResult(saidGoodbye);
        }
    }

    private async Task TakeAsync(uint first, byte flags, byte[] body)
    {
        uint number = body.Length >= 4 ? BinaryPrimitives.ReadUInt32BigEndian(body) : 0;
        switch (first)
        {
            case 0x80030002:
                Assert.Empty(replies.Read(body.AsMemory(4)));
                streams[number].Replied.TrySetResult();
                break;
            case 0x80030003:
                streams[number].Reset();
                break;
            case 0x80030006:
                pings[number].TrySetResult();
                break;
            case 0x80030007:
                break;
            default:
                Assert.Equal(0u, first & 0x80000000);
                await streams[first].Incoming.Writer.WriteAsync(body);
                if ((flags & 1) != 0)
                {
                    streams[first].End();
                }

                break;
        }
    }

    /// <summary>A stream, from the client's side.</summary>
    internal sealed class TestStream(SpdyTestClient owner, uint id)
    {
        public Pipe Incoming { get; } = new(new PipeOptions(pauseWriterThreshold: 0, useSynchronizationContext: false));

        public TaskCompletionSource Replied { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public bool IsReset { get; private set; }

        public Task WriteAsync(ReadOnlyMemory<byte> data, bool fin = false) => owner.SendLockedAsync(id, fin ? (byte)1 : (byte)0, data);

        public Task ResetAsync()
        {
            byte[] body = new byte[8];
            BinaryPrimitives.WriteUInt32BigEndian(body, id);
            BinaryPrimitives.WriteUInt32BigEndian(body.AsSpan(4), 5);
            return owner.SendLockedAsync(0x80030003, 0, body);
        }

        public async Task<byte[]> ReadToEndAsync()
        {
            using var all = new MemoryStream();
            await Incoming.Reader.CopyToAsync(all).WaitAsync(TimeSpan.FromSeconds(60));
            return all.ToArray();
        }

        public async Task<byte[]> ReadAsync(int length)
        {
            byte[] bytes = new byte[length];
            await Incoming.Reader.AsStream(leaveOpen: true).ReadExactlyAsync(bytes).AsTask().WaitAsync(TimeSpan.FromSeconds(20));
            return bytes;
        }

        public void End() => Incoming.Writer.Complete();

        public void Reset()
        {
            IsReset = true;
            Replied.TrySetResult();
            End();
        }
    }
}
