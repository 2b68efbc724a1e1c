using ConsulPets.Sandbox.ConsulBinaries;

namespace ConsulPets.Sandbox.Tests.Pods;

/// <summary>A test that needs a Unix shell.</summary>
public sealed class UnixFactAttribute : FactAttribute
{
    public UnixFactAttribute() => Skip = OperatingSystem.IsWindows() ? "It needs a Unix shell." : null;
}

/// <summary>A test that needs Linux.</summary>
public sealed class LinuxFactAttribute : FactAttribute
{
    public LinuxFactAttribute() => Skip = OperatingSystem.IsLinux() ? null : "It needs Linux.";
}

/// <summary>A test that runs real Consul agents: the program that the sandbox would find, fetched if there is none.</summary>
public sealed class ConsulFactAttribute : FactAttribute
{
    private static readonly Lazy<(string Version, string Path)> Found = new(static () =>
    {
        using var finder = new ConsulFinder(ConsulSearch.OfMachine());
        ConsulBinary found = finder.FindAsync(CancellationToken.None).GetAwaiter().GetResult();
        return (found.Version, found.Path);
    });

    public ConsulFactAttribute() => Skip = OperatingSystem.IsWindows() ? "It needs a Unix shell." : null;

    public static (string Version, string Path) Program => Found.Value;
}
