namespace ConsulPets.Sandbox.Tests.ConsulBinaries;

/// <summary>A test whose programs are shell scripts.</summary>
public sealed class UnixFactAttribute : FactAttribute
{
    public UnixFactAttribute()
    {
        if (OperatingSystem.IsWindows())
        {
            Skip = "Its programs are shell scripts.";
        }
    }
}
