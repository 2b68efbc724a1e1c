using System.Net.WebSockets;
using System.Text;

namespace ConsulPets.Sandbox.Tests.Streaming;

/// <summary>The client's end of a WebSocket with channels.</summary>
internal sealed class ChannelTestClient(WebSocket socket, bool isBase64)
{
    private readonly Dictionary<int, MemoryStream> channels = [];

    /// <summary>What came on a channel.</summary>
    public byte[] this[int channel] => channels.TryGetValue(channel, out MemoryStream? bytes) ? bytes.ToArray() : [];

    public string Text(int channel) => Encoding.UTF8.GetString(this[channel]);

    public bool IsClosed { get; private set; }

    public int Messages { get; private set; }

    public Task SendAsync(int channel, ReadOnlyMemory<byte> data) => isBase64
        ? socket.SendAsync(Encoding.ASCII.GetBytes($"{channel}{Convert.ToBase64String(data.Span)}"), WebSocketMessageType.Text, true, CancellationToken.None)
        : socket.SendAsync(new byte[] { (byte)channel }.Concat(data.ToArray()).ToArray(), WebSocketMessageType.Binary, true, CancellationToken.None);

    public async Task ReceiveUntilAsync(Func<bool> isEnough)
    {
        using var timeout = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        byte[] buffer = new byte[64 * 1024];
        while (!IsClosed && !isEnough())
        {
            using var message = new MemoryStream();
            WebSocketReceiveResult received;
            do
            {
                received = await socket.ReceiveAsync(buffer, timeout.Token);
                message.Write(buffer, 0, received.Count);
            }
            while (!received.EndOfMessage);
            if (received.MessageType == WebSocketMessageType.Close)
            {
                IsClosed = true;
                await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, timeout.Token);
                return;
            }

            Messages++;
            Take(message.ToArray());
        }
    }

    private void Take(byte[] message)
    {
        int channel = isBase64 ? message[0] - '0' : message[0];
        byte[] data = isBase64 ? Convert.FromBase64String(Encoding.ASCII.GetString(message, 1, message.Length - 1)) : message[1..];
        if (!channels.TryGetValue(channel, out MemoryStream? bytes))
        {
            channels[channel] = bytes = new MemoryStream();
        }

        bytes.Write(data);
    }
}
