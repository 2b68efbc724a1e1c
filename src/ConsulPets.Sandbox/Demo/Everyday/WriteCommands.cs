using System.Collections;
using System.Management.Automation;

namespace ConsulPets.Sandbox.Demo.Everyday;

/// <summary>Writes text on the host.</summary>
[Cmdlet(VerbsCommunications.Write, "Host")]
internal sealed class WriteHostCommand : PSCmdlet
{
    /// <summary>What to write.</summary>
    [Parameter(Position = 0, ValueFromPipeline = true, ValueFromRemainingArguments = true)]
    public object? Object { get; set; }

    /// <summary>Whether the line goes on.</summary>
    [Parameter]
    public SwitchParameter NoNewline { get; set; }

    /// <summary>What stands between the elements of a list.</summary>
    [Parameter]
    public object Separator { get; set; } = " ";

    /// <summary>The colour of the text.</summary>
    [Parameter]
    public ConsoleColor? ForegroundColor { get; set; }

    /// <summary>The colour behind the text.</summary>
    [Parameter]
    public ConsoleColor? BackgroundColor { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        var message = new HostInformationMessage { Message = Text(Object), NoNewLine = NoNewline.IsPresent, ForegroundColor = ForegroundColor, BackgroundColor = BackgroundColor };
        WriteInformation(message, ["PSHOST"]);
    }

    private string Text(object? value) => value switch
    {
        null => string.Empty,
        PSObject { BaseObject: not string and IEnumerable list } => Text(list),
        not string and IEnumerable list => string.Join(LanguagePrimitives.ConvertTo<string>(Separator), list.Cast<object?>().Select(Text)),
        _ => LanguagePrimitives.ConvertTo<string>(value),
    };
}

/// <summary>Writes objects into the pipeline.</summary>
[Cmdlet(VerbsCommunications.Write, "Output")]
internal sealed class WriteOutputCommand : PSCmdlet
{
    /// <summary>The objects.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromRemainingArguments = true)]
    [AllowNull]
    [AllowEmptyCollection]
    public PSObject? InputObject { get; set; }

    /// <summary>Whether a list stays one object.</summary>
    [Parameter]
    public SwitchParameter NoEnumerate { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord() => WriteObject(InputObject, enumerateCollection: !NoEnumerate);
}

/// <summary>Writes an error that does not end anything.</summary>
[Cmdlet(VerbsCommunications.Write, "Error")]
internal sealed class WriteErrorCommand : PSCmdlet
{
    /// <summary>The text.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true)]
    [AllowEmptyString]
    public string Message { get; set; } = string.Empty;

    /// <summary>The error's id.</summary>
    [Parameter]
    public string ErrorId { get; set; } = "Microsoft.PowerShell.Commands.WriteErrorException";

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        var record = new ErrorRecord(new RuntimeException(Message), ErrorId, ErrorCategory.NotSpecified, targetObject: null);

        // The script that says Write-Error is what failed, not this command.
        if (GetVariableValue("MyInvocation") is InvocationInfo { MyCommand.Name.Length: > 0 } caller)
        {
            record.CategoryInfo.Activity = caller.MyCommand.Name;
        }

        WriteError(record);
    }
}

/// <summary>Writes a warning.</summary>
[Cmdlet(VerbsCommunications.Write, "Warning")]
internal sealed class WriteWarningCommand : PSCmdlet
{
    /// <summary>The text.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true)]
    [AllowEmptyString]
    public string Message { get; set; } = string.Empty;

    /// <inheritdoc/>
    protected override void ProcessRecord() => WriteWarning(Message);
}

/// <summary>Writes a detail, which is shown with -Verbose.</summary>
[Cmdlet(VerbsCommunications.Write, "Verbose")]
internal sealed class WriteVerboseCommand : PSCmdlet
{
    /// <summary>The text.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true)]
    [AllowEmptyString]
    public string Message { get; set; } = string.Empty;

    /// <inheritdoc/>
    protected override void ProcessRecord() => WriteVerbose(Message);
}
