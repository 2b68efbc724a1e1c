using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;

namespace ConsulPets.Sandbox.Pods;

/// <summary>
/// A container's output, as lines with the time in front, in a file that is begun anew when it has grown too long; the one before is kept. Standard output and standard error
/// are merged in the order in which they arrive.
/// </summary>
internal sealed class ContainerLog : IDisposable
{
    private const int LongestLine = 64 * 1024;
    private const string Format = "yyyy-MM-dd'T'HH:mm:ss.fffffff'00Z'";
    private const int TimeLength = 30;

    private readonly Lock gate = new();
    private readonly string path;
    private readonly long size;
    private readonly TimeProvider clock;
    private readonly Pulse written = new();
    private FileStream file;
    private int generation;
    private volatile bool isEnded;

    /// <summary>Begins one.</summary>
    /// <param name="path">The file.</param>
    /// <param name="size">The length at which it is begun anew, in bytes.</param>
    /// <param name="clock">The time.</param>
    public ContainerLog(string path, long size, TimeProvider clock)
    {
        this.path = path;
        this.size = size;
        this.clock = clock;
        file = Open();
    }

    private string EarlierPath => path + ".1";

    /// <summary>Writes what a stream has, until it ends.</summary>
    /// <param name="stream">The process's output.</param>
    /// <returns>When it has ended.</returns>
    public async Task CopyAsync(Stream stream)
    {
        byte[] buffer = new byte[4096];
        var line = new MemoryStream();
        try
        {
            while (await stream.ReadAsync(buffer).ConfigureAwait(false) is var count and > 0)
            {
                for (int start = 0; start < count;)
                {
                    int end = Array.IndexOf(buffer, (byte)'\n', start, count - start);
                    line.Write(buffer, start, (end < 0 ? count : end) - start);
                    start = end < 0 ? count : end + 1;
                    if (end >= 0 || line.Length >= LongestLine)
                    {
                        Write(line);
                    }
                }
            }
        }
        catch (Exception exception) when (exception is IOException or ObjectDisposedException or OperationCanceledException)
        {
            // The process was killed while its output was read.
        }

        if (line.Length > 0)
        {
            Write(line);
        }
    }

    /// <summary>Says that nothing more will come: those who follow are done.</summary>
    public void End()
    {
        isEnded = true;
        written.Beat();
    }

    /// <summary>Reads lines.</summary>
    /// <param name="request">Which.</param>
    /// <param name="cancellationToken">Ends following.</param>
    /// <returns>The lines, each with its line feed.</returns>
    public async IAsyncEnumerable<ReadOnlyMemory<byte>> ReadAsync(LogRequest request, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        long left = request.LimitBytes ?? long.MaxValue;
        FileStream? reader = null;
        try
        {
            (Queue<byte[]> start, reader, int seen) = ReadStored(request);
            foreach (byte[] stored in start)
            {
                if (left <= 0)
                {
                    yield break;
                }

                yield return Show(stored, request, ref left);
            }

            while (request.Follow && left > 0)
            {
                Task next = written.Next;
                bool wasEnded = isEnded;
                bool isOld = Volatile.Read(ref generation) != seen;
                while (left > 0 && ReadLine(reader) is { } line)
                {
                    yield return Show(line, request, ref left);
                }

                if (isOld)
                {
                    seen = Volatile.Read(ref generation);
                    await reader.DisposeAsync().ConfigureAwait(false);
                    reader = OpenToRead(path);
                }
                else if (wasEnded)
                {
                    yield break;
                }
                else
                {
                    await next.WaitAsync(cancellationToken).ConfigureAwait(false);
                }
            }
        }
        finally
        {
            reader?.Dispose();
        }
    }

    /// <summary>Closes the file. It can still be read.</summary>
    public void Dispose()
    {
        End();
        lock (gate)
        {
            file.Dispose();
        }
    }

    private static FileStream OpenToRead(string path) => new(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, 16 * 1024);

    private static ReadOnlyMemory<byte> Show(byte[] line, LogRequest request, ref long left)
    {
        ReadOnlyMemory<byte> shown = request.Timestamps ? line : line.AsMemory(TimeLength + 1);
        shown = shown.Length > left ? shown[..(int)left] : shown;
        left -= shown.Length;
        return shown;
    }

    // A line that is not yet whole is left for later.
    private static byte[]? ReadLine(FileStream reader)
    {
        long begin = reader.Position;
        var line = new MemoryStream();
        while (reader.ReadByte() is var value and >= 0)
        {
            line.WriteByte((byte)value);
            if (value == '\n')
            {
                return line.ToArray();
            }
        }

        reader.Position = begin;
        return null;
    }

    private static bool IsWanted(byte[] line, LogRequest request) => request.Since is not { } since
        || (DateTimeOffset.TryParse(Encoding.ASCII.GetString(line, 0, TimeLength), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out DateTimeOffset time) && time >= since);

    private (Queue<byte[]> Lines, FileStream Reader, int Generation) ReadStored(LogRequest request)
    {
        var lines = new Queue<byte[]>();
        FileStream reader;
        int seen;
        lock (gate)
        {
            if (File.Exists(EarlierPath))
            {
                using FileStream earlier = OpenToRead(EarlierPath);
                Take(earlier);
            }

            reader = OpenToRead(path);
            seen = generation;
        }

        Take(reader);
        return (lines, reader, seen);

        void Take(FileStream from)
        {
            while (ReadLine(from) is { } line)
            {
                if (!IsWanted(line, request))
                {
                    continue;
                }

                lines.Enqueue(line);
                if (lines.Count > request.TailLines)
                {
                    lines.Dequeue();
                }
            }
        }
    }

    private FileStream Open() => new(path, FileMode.Create, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete, 0);

    private void Write(MemoryStream line)
    {
        byte[] stored = [.. Encoding.ASCII.GetBytes(clock.GetUtcNow().UtcDateTime.ToString(Format, CultureInfo.InvariantCulture)), (byte)' ', .. line.ToArray(), (byte)'\n'];
        line.SetLength(0);
        lock (gate)
        {
            if (!file.CanWrite)
            {
                return;
            }

            if (file.Length > 0 && file.Length + stored.Length > size)
            {
                file.Dispose();
                File.Move(path, EarlierPath, overwrite: true);
                file = Open();
                Volatile.Write(ref generation, generation + 1);
            }

            file.Write(stored);
        }

        written.Beat();
    }
}
