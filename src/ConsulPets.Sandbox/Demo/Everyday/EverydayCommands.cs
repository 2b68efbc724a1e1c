using System.Management.Automation;
using System.Management.Automation.Runspaces;
using System.Reflection;

namespace ConsulPets.Sandbox.Demo.Everyday;

/// <summary>
/// The everyday commands that the engine's package lacks. In PowerShell itself they come from the module Microsoft.PowerShell.Utility, which belongs to the installed
/// product. Here are those that one needs to follow the documentation, with the parameters that one uses; what they take they treat as PowerShell's own do,
/// so whatever is typed here can be typed there.
/// </summary>
internal static class EverydayCommands
{
    /// <summary>Their types.</summary>
    private static readonly Type[] Types =
    [
        typeof(FormatListCommand),
        typeof(FormatTableCommand),
        typeof(InvokeRestMethodCommand),
        typeof(LosePetCommand),
        typeof(ReadHostCommand),
        typeof(SelectObjectCommand),
        typeof(SortObjectCommand),
        typeof(StartSleepCommand),
        typeof(WriteErrorCommand),
        typeof(WriteHostCommand),
        typeof(WriteOutputCommand),
        typeof(WriteVerboseCommand),
        typeof(WriteWarningCommand),
    ];

    /// <summary>Their names.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. Types.Select(NameOf)];

    /// <summary>Puts them into a session that is to be opened.</summary>
    /// <param name="state">How the session begins.</param>
    public static void AddTo(InitialSessionState state)
    {
        foreach (Type type in Types)
        {
            state.Commands.Add(new SessionStateCmdletEntry(NameOf(type), type, helpFileName: null));
        }
    }

    private static string NameOf(Type type)
    {
        CmdletAttribute name = type.GetCustomAttribute<CmdletAttribute>()!;
        return $"{name.VerbName}-{name.NounName}";
    }
}
