using System.Management.Automation;
using System.Reflection;

namespace ConsulPets.Sandbox.Demo.Session;

/// <summary>
/// The mark by which Out-Default tells an error, to be shown as one, from an object that happens to be an error record. The engine marks what it merges from the error
/// stream; for an exception that ended a command the host has to, and PowerShell's own console does so with this property, which is not public.
/// To write the record into an error stream first instead would give it another position, and its text depends on that.
/// </summary>
internal static class ErrorMark
{
    private static readonly PropertyInfo Stream = typeof(PSObject).GetProperty("WriteStream", BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic)!;
    private static readonly object Error = Enum.Parse(Stream.PropertyType, "Error");

    /// <summary>Marks an error.</summary>
    /// <param name="error">The error.</param>
    /// <returns>It, for Out-Default.</returns>
    public static PSObject On(ErrorRecord error)
    {
        var marked = new PSObject(error);
        Stream.SetValue(marked, Error);
        return marked;
    }
}
