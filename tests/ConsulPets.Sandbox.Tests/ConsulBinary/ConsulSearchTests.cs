using ConsulPets.Sandbox.ConsulBinaries;

namespace ConsulPets.Sandbox.Tests.ConsulBinaries;

public sealed class ConsulSearchTests
{
    [Theory]
    [InlineData("linux", "", "/home/me/.cache/consulpets/consul")]
    [InlineData("linux", "XDG_CACHE_HOME=/caches", "/caches/consulpets/consul")]
    [InlineData("linux", "XDG_CACHE_HOME=", "/home/me/.cache/consulpets/consul")]
    [InlineData("linux", "XDG_CACHE_HOME=/caches;CONSULPETS_CACHE=/mine", "/mine/consul")]
    [InlineData("darwin", "XDG_CACHE_HOME=/caches", "/home/me/Library/Caches/consulpets/consul")]
    [InlineData("darwin", "CONSULPETS_CACHE=/mine", "/mine/consul")]
    [InlineData("windows", "LOCALAPPDATA=/local", "/local/consulpets/consul")]
    [InlineData("windows", "", "/home/me/AppData/Local/consulpets/consul")]
    [InlineData(null, "", "/home/me/.cache/consulpets/consul")]
    public void The_cache_is_where_the_system_keeps_caches(string? operatingSystem, string environment, string folder) =>
        Assert.Equal(folder, Of(null, environment, operatingSystem).CacheFolder.Replace('\\', '/'));

    [Theory]
    [InlineData("/a/consul", "CONSUL_BINARY=/b/consul", "/a/consul")]
    [InlineData(null, "CONSUL_BINARY=/b/consul", "/b/consul")]
    [InlineData("", "CONSUL_BINARY=/b/consul", "/b/consul")]
    [InlineData(null, "CONSUL_BINARY=", null)]
    [InlineData(null, "", null)]
    public void A_named_program_wins_over_the_environments(string? given, string environment, string? wanted) => Assert.Equal(wanted, Of(given, environment, "linux").Given);

    [Fact]
    public void Empty_parts_of_PATH_are_left_out() => Assert.Equal(["/bin", "/usr/bin"], Of(null, "PATH=/bin::/usr/bin:", "linux").Folders);

    [Fact]
    public void A_version_is_asked_for_in_the_environment() => Assert.Equal("1.20.1", Of(null, "CONSULPETS_CONSUL_VERSION=1.20.1", "linux").AskedVersion);

    [Fact]
    public void On_Windows_the_program_has_its_extension_and_PATH_its_separator()
    {
        ConsulSearch search = Of(null, @"PATH=C:\tools", "windows");
        Assert.Equal("consul.exe", search.ProgramName);
        Assert.Equal([@"C:\tools"], search.Folders);
    }

    [Fact]
    public void This_machine_can_be_searched()
    {
        ConsulSearch search = ConsulSearch.OfMachine("/named/consul");
        Assert.Equal("/named/consul", search.Given);
        Assert.True(Path.IsPathFullyQualified(search.CacheFolder));
        Assert.NotEmpty(search.Folders);
    }

    private static ConsulSearch Of(string? given, string environment, string? operatingSystem)
    {
        Dictionary<string, string> variables = environment.Split(';', StringSplitOptions.RemoveEmptyEntries)
            .ToDictionary(static pair => pair[..pair.IndexOf('=', StringComparison.Ordinal)], static pair => pair[(pair.IndexOf('=', StringComparison.Ordinal) + 1)..]);
        return ConsulSearch.Of(given, variables.GetValueOrDefault, operatingSystem, "amd64", "/home/me");
    }
}
