using System.Management.Automation;
using System.Reflection;
using Microsoft.PowerShell.Commands.Internal.Format;

namespace ConsulPets.Sandbox.Demo.Everyday;

/// <summary>Shows objects as a table. All its parameters are the engine's.</summary>
[Cmdlet(VerbsCommon.Format, "Table")]
internal sealed class FormatTableCommand : OuterFormatTableBase
{
    /// <summary>Makes it.</summary>
    public FormatTableCommand() => FormatShapes.Give(this, "Table");
}

/// <summary>Shows objects as a list of properties. All its parameters are the engine's.</summary>
[Cmdlet(VerbsCommon.Format, "List")]
internal sealed class FormatListCommand : OuterFormatTableAndListBase
{
    /// <summary>Makes it.</summary>
    public FormatListCommand() => FormatShapes.Give(this, "List");
}

/// <summary>
/// The engine has all of formatting, with public base classes, but what a derived class sets (FormatShape and InnerFormatShapeCommand) is visible to PowerShell's own
/// assemblies only. The engine's version is pinned, and a test formats with both.
/// </summary>
internal static class FormatShapes
{
    private const BindingFlags Hidden = BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic;
    private static readonly Assembly Engine = typeof(PSObject).Assembly;

    /// <summary>Gives a command its shape.</summary>
    /// <param name="command">The command.</param>
    /// <param name="shape">The name of the shape.</param>
    public static void Give(FrontEndCommandBase command, string shape)
    {
        Type shapes = Engine.GetType("Microsoft.PowerShell.Commands.Internal.Format.FormatShape", throwOnError: true)!;
        Type inner = Engine.GetType("Microsoft.PowerShell.Commands.Internal.Format.InnerFormatShapeCommand", throwOnError: true)!;
        object formatter = Activator.CreateInstance(inner, Hidden, binder: null, [Enum.Parse(shapes, shape)], culture: null)!;
        typeof(FrontEndCommandBase).GetField("implementation", Hidden)!.SetValue(command, formatter);
    }
}
