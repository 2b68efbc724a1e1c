// The folder is ConsulBinary; a namespace of that name would hide the record from all of ConsulPets.Sandbox.
namespace ConsulPets.Sandbox.ConsulBinaries;

/// <summary>A Consul program that runs on this machine.</summary>
/// <param name="Version">The version that it says it is: <c>1.21.4</c>, without what a distribution adds to it.</param>
/// <param name="Path">The program's full path, links followed.</param>
/// <param name="Origin">Where it comes from.</param>
internal sealed record ConsulBinary(string Version, string Path, ConsulOrigin Origin);

/// <summary>Where a Consul program comes from.</summary>
internal enum ConsulOrigin
{
    /// <summary>Somebody named it: an argument, or CONSUL_BINARY.</summary>
    Given,

    /// <summary>It is the machine's: found on PATH.</summary>
    SearchPath,

    /// <summary>It was fetched earlier.</summary>
    Cache,

    /// <summary>It was downloaded from HashiCorp just now.</summary>
    OfficialRelease,

    /// <summary>It was taken out of the distribution's package just now.</summary>
    DistributionPackage,
}
