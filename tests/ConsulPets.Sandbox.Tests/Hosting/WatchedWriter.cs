using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace ConsulPets.Sandbox.Tests.Hosting;

/// <summary>Keeps what is written, and tells when a text was.</summary>
internal sealed class WatchedWriter : TextWriter
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private readonly StringBuilder written = new();
    private readonly List<(string Text, TaskCompletionSource Seen)> awaited = [];

    public override Encoding Encoding => Encoding.UTF8;

    [AllowNull]
    public override string NewLine { get; set; } = "\n";

    public override void Write(char value) => Write(value.ToString());

    public override void Write(string? value)
    {
        lock (written)
        {
            written.Append(value);
            string all = written.ToString();
            foreach ((string text, TaskCompletionSource seen) in awaited)
            {
                if (all.Contains(text, StringComparison.Ordinal))
                {
                    seen.TrySetResult();
                }
            }
        }
    }

    public override void WriteLine(string? value) => Write(value + NewLine);

    public override Task WriteLineAsync(string? value)
    {
        WriteLine(value);
        return Task.CompletedTask;
    }

    public Task HasAsync(string text)
    {
        var seen = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (written)
        {
            if (written.ToString().Contains(text, StringComparison.Ordinal))
            {
                return Task.CompletedTask;
            }

            awaited.Add((text, seen));
        }

        return seen.Task.WaitAsync(Patience);
    }

    public override string ToString()
    {
        lock (written)
        {
            return written.ToString();
        }
    }
}
