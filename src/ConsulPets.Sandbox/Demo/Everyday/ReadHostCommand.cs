using System.Management.Automation;
using System.Management.Automation.Host;

namespace ConsulPets.Sandbox.Demo.Everyday;

/// <summary>Reads a line from whoever sits at the host.</summary>
[Cmdlet(VerbsCommunications.Read, "Host")]
internal sealed class ReadHostCommand : PSCmdlet
{
    /// <summary>The question.</summary>
    [Parameter(Position = 0, ValueFromRemainingArguments = true)]
    public object? Prompt { get; set; }

    /// <summary>Whether nobody may see what is typed.</summary>
    [Parameter]
    public SwitchParameter AsSecureString { get; set; }

    /// <inheritdoc/>
    protected override void BeginProcessing()
    {
        PSHostUserInterface ui = Host.UI;
        if (Prompt is not null)
        {
            ui.Write(LanguagePrimitives.ConvertTo<string>(Prompt) + ": ");
        }

        WriteObject(AsSecureString ? ui.ReadLineAsSecureString() : ui.ReadLine());
    }
}
