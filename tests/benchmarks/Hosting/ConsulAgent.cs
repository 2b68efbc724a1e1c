using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace ConsulPets.Benchmarks.Hosting;

/// <summary>A Consul server on the loopback address, in memory, on ports that were free.</summary>
internal sealed class ConsulAgent : IDisposable
{
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(30);

    private readonly Process process;

    private ConsulAgent(Process process, string address)
    {
        this.process = process;
        Address = address;
    }

    /// <summary>The address of its HTTP API.</summary>
    public string Address { get; }

    public static async Task<ConsulAgent> StartAsync(string program)
    {
        string[] ports = FreePorts(4);
        var start = new ProcessStartInfo(program,
        [
            "agent", "-dev", "-bind=127.0.0.1", "-client=127.0.0.1", "-node=bench", "-dns-port=-1", "-grpc-port=-1",
            $"-http-port={ports[0]}", $"-server-port={ports[1]}", $"-serf-lan-port={ports[2]}", $"-serf-wan-port={ports[3]}", "-log-level=err",
        ])
        { RedirectStandardOutput = true, RedirectStandardError = true };
        Process process = Process.Start(start)!;
        process.OutputDataReceived += static (_, _) => { };
        process.ErrorDataReceived += static (_, _) => { };
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        var agent = new ConsulAgent(process, $"127.0.0.1:{ports[0]}");
        using var client = new HttpClient { BaseAddress = new Uri($"http://{agent.Address}/") };
        long began = Stopwatch.GetTimestamp();
        while (!await HasLeaderAsync(client))
        {
            if (process.HasExited || Stopwatch.GetElapsedTime(began) > Longest)
            {
                agent.Dispose();
                throw new InvalidOperationException("consul agent -dev had no leader");
            }

            await Task.Delay(100);
        }

        return agent;
    }

    public void Dispose()
    {
        if (!process.HasExited)
        {
            process.Kill(entireProcessTree: true);
            process.WaitForExit();
        }

        process.Dispose();
    }

    private static async Task<bool> HasLeaderAsync(HttpClient client)
    {
        try
        {
            return (await client.GetStringAsync(new Uri("v1/status/leader", UriKind.Relative))).Contains(':', StringComparison.Ordinal);
        }
        catch (HttpRequestException)
        {
            return false; // It does not listen yet.
        }
    }

    // All are open at once, so that they differ.
    private static string[] FreePorts(int count)
    {
        TcpListener[] listeners = [.. Enumerable.Range(0, count).Select(static _ => new TcpListener(IPAddress.Loopback, 0))];
        Array.ForEach(listeners, static listener => listener.Start());
        string[] ports = [.. listeners.Select(static listener => ((IPEndPoint)listener.LocalEndpoint).Port.ToString(CultureInfo.InvariantCulture))];
        Array.ForEach(listeners, static listener => listener.Dispose());
        return ports;
    }
}
