using System.Runtime.Versioning;
using ConsulPets.Sandbox.ConsulBinaries;

namespace ConsulPets.Sandbox.Tests.ConsulBinaries;

[UnsupportedOSPlatform("windows")]
public sealed class ConsulFinderTests : IDisposable
{
    private readonly FakeMachine machine = new();

    public void Dispose() => machine.Dispose();

    [UnixFact]
    public async Task A_named_program_wins_and_its_link_is_followed()
    {
        string real = machine.Consul("opt/consul-1.19.0", "1.19.0");
        machine.Consul("bin/consul", "1.20.0");
        string link = Path.Combine(machine.Root, "link");
        File.CreateSymbolicLink(link, real);
        machine.Search = machine.Search with { Given = link, AskedVersion = "1.20.0" };

        Assert.Equal(new ConsulBinary("1.19.0", real, ConsulOrigin.Given), await FindAsync());
    }

    [UnixFact]
    public async Task A_named_program_that_is_not_Consul_is_refused_whatever_else_there_is()
    {
        machine.Consul("bin/consul", "1.20.0");
        foreach (string named in new[] { machine.Program("vault", "echo Vault v1.0.0"), machine.Program("failing", "echo Consul v1.0.0; exit 1"), "/nowhere/consul", machine.Root })
        {
            machine.Search = machine.Search with { Given = named };
            ConsulNotFoundException refusal = await Assert.ThrowsAsync<ConsulNotFoundException>(FindAsync);
            Assert.Contains(named, refusal.Message, StringComparison.Ordinal);
        }

        Assert.Empty(machine.Said);
    }

    [UnixFact]
    public async Task The_first_program_of_PATH_that_runs_wins_over_the_cache()
    {
        machine.Program("bin/consul", "exit 127");
        string second = machine.Consul("usr-bin/consul", "1.18.2");
        machine.Cached("1.21.4");

        Assert.Equal(new ConsulBinary("1.18.2", second, ConsulOrigin.SearchPath), await FindAsync());
    }

    [UnixFact]
    public async Task Of_the_cache_the_newest_that_runs_is_taken_and_a_half_made_one_passed_over()
    {
        machine.Cached("1.8.7");
        string newest = machine.Cached("1.10.1");
        string half = machine.Cached("1.22.0");
        await File.WriteAllBytesAsync(half, [0x7f, (byte)'E', (byte)'L', (byte)'F']);
        Directory.CreateDirectory(Path.Combine(machine.Search.CacheFolder, "1.23.0"));
        machine.Consul("cache/consul/.fetch-of-somebody/consul", "1.24.0");

        Assert.Equal(new ConsulBinary("1.10.1", newest, ConsulOrigin.Cache), await FindAsync());
    }

    [UnixFact]
    public async Task A_version_that_is_asked_for_is_found_past_those_of_other_versions()
    {
        machine.Consul("bin/consul", "1.20.0");
        machine.Cached("1.21.4");
        string asked = machine.Cached("1.19.1");
        machine.Search = machine.Search with { AskedVersion = "v1.19.1" };

        Assert.Equal(new ConsulBinary("1.19.1", asked, ConsulOrigin.Cache), await FindAsync());
    }

    [UnixFact]
    public async Task A_version_that_is_asked_for_is_not_replaced_by_another()
    {
        machine.Consul("bin/consul", "1.20.0");
        machine.InstallApt();
        machine.Search = machine.Search with { AskedVersion = "1.19.1" };

        ConsulNotFoundException none = await Assert.ThrowsAsync<ConsulNotFoundException>(FindAsync);
        Assert.Contains("1.8.7, and 1.19.1 is asked for", none.Message, StringComparison.Ordinal);
    }

    [UnixFact]
    public async Task What_is_no_version_is_not_asked_for()
    {
        machine.Search = machine.Search with { AskedVersion = "latest" };
        ConsulNotFoundException none = await Assert.ThrowsAsync<ConsulNotFoundException>(FindAsync);
        Assert.Contains("latest", none.Message, StringComparison.Ordinal);
    }

    [UnixFact]
    public async Task Where_there_is_none_the_message_says_what_was_tried_and_what_to_do()
    {
        ConsulNotFoundException none = await Assert.ThrowsAsync<ConsulNotFoundException>(FindAsync);
        foreach (string part in new[]
        {
            "CONSUL_BINARY (not set)", "PATH (no consul", machine.Search.CacheFolder, $"the official release {ConsulFinder.DefaultVersion} at http://127.0.0.1:9/",
            "Debian's package (this machine has no apt-get)", "Set CONSUL_BINARY to the path of a Consul program, or install consul so that it is on PATH",
        })
        {
            Assert.Contains(part, none.Message, StringComparison.Ordinal);
        }

        Assert.Empty(machine.CacheEntries());
    }

    [UnixFact]
    public void All_that_is_on_the_machine_is_known_each_file_once()
    {
        string given = machine.Consul("opt/consul", "1.17.0");
        string onPath = machine.Consul("bin/consul", "1.20.0");
        machine.Program("usr-bin/consul", "exit 1");
        string old = machine.Cached("1.9.0");
        string newer = machine.Cached("1.21.4");
        Directory.CreateDirectory(Path.Combine(machine.Root, "linked"));
        File.CreateSymbolicLink(Path.Combine(machine.Root, "linked", "consul"), newer);
        machine.Search = machine.Search with { Given = given, Folders = [.. machine.Search.Folders, Path.Combine(machine.Root, "linked")] };
        using ConsulFinder finder = machine.Finder();

        Assert.Equal(
            [new("1.17.0", given, ConsulOrigin.Given), new("1.20.0", onPath, ConsulOrigin.SearchPath), new("1.21.4", newer, ConsulOrigin.SearchPath), new ConsulBinary("1.9.0", old, ConsulOrigin.Cache)],
            finder.Known());
    }

    [UnixFact]
    public async Task A_program_is_asked_for_its_version_once_and_again_when_it_has_changed()
    {
        string counter = Path.Combine(machine.Root, "runs");
        string program = machine.Program("bin/consul", $"echo run >>'{counter}'; echo Consul v1.20.0");
        using ConsulFinder finder = machine.Finder();
        await finder.FindAsync();
        await finder.FindAsync("1.20.0");
        Assert.Single(await File.ReadAllLinesAsync(counter));

        machine.Consul("bin/consul", "1.21.1");
        Assert.Equal("1.21.1", (await finder.FindAsync()).Version);
        Assert.Equal(program, finder.Known()[0].Path);
    }

    [UnixFact]
    public async Task Finding_can_be_cancelled_and_leaves_no_process()
    {
        string pid = Path.Combine(machine.Root, "pid");
        machine.Program("bin/consul", $"echo $$ >'{pid}.new'; mv '{pid}.new' '{pid}'; while :; do sleep 60; done");
        using var cancel = new CancellationTokenSource();
        using ConsulFinder finder = machine.Finder();
        Task<ConsulBinary> finding = finder.FindAsync(cancel.Token);
        Assert.True(SpinWait.SpinUntil(() => File.Exists(pid), TimeSpan.FromSeconds(20)));
        await cancel.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => finding);
        string process = $"/proc/{(await File.ReadAllTextAsync(pid)).Trim()}";
        Assert.True(!Directory.Exists("/proc/self") || SpinWait.SpinUntil(() => !Directory.Exists(process), TimeSpan.FromSeconds(20)));
    }

    private async Task<ConsulBinary> FindAsync()
    {
        using ConsulFinder finder = machine.Finder();
        return await finder.FindAsync();
    }
}
