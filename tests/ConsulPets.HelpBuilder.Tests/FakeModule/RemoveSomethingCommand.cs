using System.Management.Automation;

namespace ConsulPets.FakeModule;

[Cmdlet(VerbsCommon.Remove, "Something", SupportsShouldProcess = true, DefaultParameterSetName = "ByName")]
[OutputType(typeof(void))]
public sealed class RemoveSomethingCommand : SomethingCommand
{
    [Parameter(Mandatory = true, ParameterSetName = "ByObject", ValueFromPipeline = true)]
    public Something? InputObject { get; set; }

    [Parameter(Mandatory = true, Position = 0, ParameterSetName = "ByName")]
    public string? Name { get; set; }

    [Parameter]
    public SwitchParameter Force { get; set; }
}
