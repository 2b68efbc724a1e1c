using System.Net;
using System.Net.Sockets;
using System.Runtime.Versioning;
using ConsulPets.Sandbox.ConsulBinaries;

namespace ConsulPets.Sandbox.Tests.ConsulBinaries;

[UnsupportedOSPlatform("windows")]
public sealed class ConsulFetchTests : IAsyncLifetime, IDisposable
{
    private readonly FakeMachine machine = new();
    private FakeReleaseSite site = null!;

    public async Task InitializeAsync()
    {
        site = await FakeReleaseSite.StartAsync();
        machine.Search = machine.Search with { ReleaseSite = site.Address };
    }

    public async Task DisposeAsync() => await site.DisposeAsync();

    public void Dispose() => machine.Dispose();

    [UnixFact]
    public async Task The_official_release_is_downloaded_once_and_then_cached()
    {
        site.Publish(ConsulFinder.DefaultVersion, "linux_amd64", Archive(ConsulFinder.DefaultVersion));
        using ConsulFinder finder = machine.Finder();
        string place = Path.Combine(machine.Search.CacheFolder, ConsulFinder.DefaultVersion, "consul");

        Assert.Equal(new ConsulBinary(ConsulFinder.DefaultVersion, place, ConsulOrigin.OfficialRelease), await finder.FindAsync());
        Assert.Equal([ConsulFinder.DefaultVersion, $"{ConsulFinder.DefaultVersion}/consul"], machine.CacheEntries());
        string said = Assert.Single(machine.Said);
        Assert.StartsWith($"downloading consul {ConsulFinder.DefaultVersion} (", said, StringComparison.Ordinal);
        Assert.EndsWith($"MB) to {place}", said, StringComparison.Ordinal);

        int requests = site.Requests.Count;
        Assert.Equal(ConsulOrigin.Cache, (await finder.FindAsync()).Origin);
        Assert.Equal(requests, site.Requests.Count);
    }

    [UnixFact]
    public async Task A_half_made_program_of_the_same_version_is_replaced()
    {
        site.Publish("1.20.3", "linux_amd64", Archive("1.20.3"));
        File.WriteAllText(machine.Cached("1.20.3"), "half");
        using ConsulFinder finder = machine.Finder();

        Assert.Equal(ConsulOrigin.OfficialRelease, (await finder.FindAsync("1.20.3"))?.Origin);
        Assert.Equal(ConsulOrigin.Cache, (await finder.FindAsync("1.20.3"))?.Origin);
    }

    [Theory]
    [InlineData("linux", "arm64", "consul")]
    [InlineData("darwin", "amd64", "consul")]
    [InlineData("darwin", "arm64", "consul")]
    [InlineData("windows", "amd64", "consul.exe")]
    public async Task The_archive_is_that_of_the_system_and_processor(string operatingSystem, string processor, string program)
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        machine.Search = machine.Search with { OperatingSystem = operatingSystem, Processor = processor };
        site.Publish("1.20.3", $"{operatingSystem}_{processor}", FakeMachine.Archive(program, FakeMachine.ConsulScript("1.20.3")));
        using ConsulFinder finder = machine.Finder();

        Assert.Equal(Path.Combine(machine.Search.CacheFolder, "1.20.3", program), (await finder.FindAsync("1.20.3"))?.Path);
    }

    [UnixFact]
    public async Task What_has_another_checksum_is_never_run()
    {
        string trace = Path.Combine(machine.Root, "was-run");
        site.Publish(ConsulFinder.DefaultVersion, "linux_amd64", FakeMachine.Archive("consul", $"touch '{trace}'; echo Consul v{ConsulFinder.DefaultVersion}"), new string('a', 64));

        Assert.Contains("another checksum", (await NoneAsync()).Message, StringComparison.Ordinal);
        Assert.False(File.Exists(trace));
        Assert.Empty(machine.CacheEntries());
    }

    [UnixFact]
    public async Task An_archive_that_is_none_or_holds_another_program_is_refused()
    {
        site.Publish(ConsulFinder.DefaultVersion, "linux_amd64", [1, 2, 3]);
        await NoneAsync();
        site.Publish(ConsulFinder.DefaultVersion, "linux_amd64", FakeMachine.Archive("vault", "echo Vault v1.0.0"));
        Assert.Contains("no consul in it", (await NoneAsync()).Message, StringComparison.Ordinal);
        site.Publish(ConsulFinder.DefaultVersion, "linux_amd64", FakeMachine.Archive("consul", "echo Vault v1.0.0"));
        Assert.Contains("does not run here", (await NoneAsync()).Message, StringComparison.Ordinal);
        site.Publish(ConsulFinder.DefaultVersion, "plan9_amd64", Archive(ConsulFinder.DefaultVersion));
        Assert.Contains("has no consul_1.21.4_linux_amd64.zip", (await NoneAsync()).Message, StringComparison.Ordinal);
        Assert.Empty(machine.CacheEntries());
    }

    [UnixFact]
    public async Task A_site_that_is_silent_is_given_up()
    {
        // It takes connections and never says a word.
        using var silent = new TcpListener(IPAddress.Loopback, 0);
        silent.Start();
        machine.Search = machine.Search with { ReleaseSite = new Uri($"http://{silent.LocalEndpoint}/consul/"), SilenceLimit = TimeSpan.FromMilliseconds(200) };

        Assert.Contains("does not answer in time", (await NoneAsync()).Message, StringComparison.Ordinal);
    }

    [UnixFact]
    public async Task One_exact_version_is_downloaded_or_there_is_none()
    {
        machine.Consul("bin/consul", "1.21.4");
        site.Publish("1.20.3", "linux_amd64", Archive("1.20.3"));
        site.Publish("1.20.4", "linux_amd64", Archive("1.20.3"));
        using ConsulFinder finder = machine.Finder();

        Assert.Equal(ConsulOrigin.SearchPath, (await finder.FindAsync("1.21.4"))?.Origin);
        Assert.Equal(ConsulOrigin.OfficialRelease, (await finder.FindAsync("v1.20.3"))?.Origin);
        Assert.Null(await finder.FindAsync("1.20.4"));
        Assert.Null(await finder.FindAsync("1.0.0"));
        Assert.Contains(machine.Said, static text => text.StartsWith("not to be had: the official release 1.0.0", StringComparison.Ordinal));
        int requests = site.Requests.Count;
        foreach (string text in new[] { "latest", "1.20", "../../1.20.3", "" })
        {
            Assert.Null(await finder.FindAsync(text));
        }

        Assert.Equal(requests, site.Requests.Count);
    }

    [UnixFact]
    public async Task Finders_that_work_at_once_do_not_disturb_each_other()
    {
        site.Publish("1.20.3", "linux_amd64", Archive("1.20.3"));
        ConsulFinder[] finders = [.. Enumerable.Range(0, 8).Select(_ => machine.Finder())];
        ConsulBinary?[] found = await Task.WhenAll(finders.Select(static finder => Task.Run(() => finder.FindAsync("1.20.3"))));
        Array.ForEach(finders, static finder => finder.Dispose());

        Assert.All(found, binary => Assert.Equal(("1.20.3", Path.Combine(machine.Search.CacheFolder, "1.20.3", "consul")), (binary!.Version, binary.Path)));
        Assert.Equal(["1.20.3", "1.20.3/consul"], machine.CacheEntries());
    }

    [UnixFact]
    public async Task One_finder_downloads_a_version_once_however_many_ask()
    {
        site.Publish("1.20.3", "linux_amd64", Archive("1.20.3"));
        using ConsulFinder finder = machine.Finder();
        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() => finder.FindAsync("1.20.3"))));

        Assert.Equal(2, site.Requests.Count);
    }

    [UnixFact]
    public async Task What_crashed_finders_left_is_removed_after_a_day_and_not_before()
    {
        DirectoryInfo old = Directory.CreateDirectory(Path.Combine(machine.Search.CacheFolder, ".fetch-old"));
        File.WriteAllText(Path.Combine(old.FullName, "consul"), "half");
        old.LastWriteTimeUtc = DateTime.UtcNow.AddDays(-2);
        Directory.CreateDirectory(Path.Combine(machine.Search.CacheFolder, ".fetch-of-another"));
        await NoneAsync();

        Assert.Equal([".fetch-of-another"], machine.CacheEntries());
    }

    [UnixFact]
    public async Task Without_a_release_Debians_package_is_unpacked()
    {
        machine.InstallApt();
        using ConsulFinder finder = machine.Finder();

        Assert.Equal(new ConsulBinary("1.8.7", Path.Combine(machine.Search.CacheFolder, "1.8.7", "consul"), ConsulOrigin.DistributionPackage), await finder.FindAsync());
        Assert.Equal(["1.8.7", "1.8.7/consul"], machine.CacheEntries());
        Assert.Contains($"deb [signed-by={machine.Search.DebianKeyring}] http://mirror.example/debian/ bullseye main", machine.AptLog, StringComparison.Ordinal);
        Assert.Contains("Dir::Etc::SourceParts \"/dev/null\";", machine.AptLog, StringComparison.Ordinal);
        Assert.Contains($"Dir::State::Lists \"{machine.Search.CacheFolder}/.fetch-", machine.AptLog, StringComparison.Ordinal);
        Assert.Contains("fetching Debian's consul package (bullseye)", machine.Said);
        Assert.All(machine.AptLog.Split('\n').Where(static line => line.StartsWith("apt-get", StringComparison.Ordinal) && line.EndsWith("update", StringComparison.Ordinal)), static line =>
            Assert.StartsWith("apt-get -c ", line, StringComparison.Ordinal));
    }

    [UnixFact]
    public async Task On_a_machine_without_package_lists_the_mirror_is_learnt_from_lists_of_our_own()
    {
        machine.InstallApt(hasLists: false);
        using ConsulFinder finder = machine.Finder();

        Assert.Equal(ConsulOrigin.DistributionPackage, (await finder.FindAsync()).Origin);
        Assert.Contains("/machine/apt.conf update", machine.AptLog, StringComparison.Ordinal);
    }

    [UnixFact]
    public async Task When_apt_fails_the_cause_is_told()
    {
        machine.InstallApt(fails: "download");
        Assert.Contains("apt-get download failed: W: It did not work", (await NoneAsync()).Message, StringComparison.Ordinal);
    }

    [UnixFact]
    public async Task The_command_prints_the_path_last_and_nothing_else_but_the_version()
    {
        string program = machine.Consul("opt/consul", "1.19.0");
        (int code, string output, string error) = await CommandAsync("--consul", program);
        Assert.Equal((0, $"1.19.0\n{program}\n", ""), (code, output, error));

        machine.Cached("1.18.0");
        (code, output, _) = await CommandAsync("--version", "1.18.0");
        Assert.Equal((0, "1.18.0"), (code, output.Split('\n')[0]));

        (code, output, _) = await CommandAsync("--known");
        Assert.Equal((0, $"1.18.0\tCache\t{machine.Search.CacheFolder}/1.18.0/consul\n"), (code, output));
    }

    [UnixFact]
    public async Task The_command_says_on_standard_error_what_is_wrong()
    {
        Assert.Equal((1, ""), await CommandAsync() is var (code, output, error) && error.Contains("No Consul program was found", StringComparison.Ordinal) ? (code, output) : default);
        foreach (string[] arguments in new string[][] { ["--version"], ["--what"], ["consul"] })
        {
            (code, output, error) = await CommandAsync(arguments);
            Assert.Equal((2, "", true), (code, output, error.StartsWith("usage: consul", StringComparison.Ordinal)));
        }
    }

    private static byte[] Archive(string version) => FakeMachine.Archive("consul", FakeMachine.ConsulScript(version));

    private async Task<ConsulNotFoundException> NoneAsync()
    {
        using ConsulFinder finder = machine.Finder();
        return await Assert.ThrowsAsync<ConsulNotFoundException>(() => finder.FindAsync());
    }

    private async Task<(int Code, string Output, string Error)> CommandAsync(params string[] arguments)
    {
        using var output = new StringWriter { NewLine = "\n" };
        using var error = new StringWriter { NewLine = "\n" };
        int code = await ConsulCommand.RunAsync(arguments, given => machine.Search with { Given = given }, output, error, CancellationToken.None);
        return (code, output.ToString(), error.ToString());
    }
}
