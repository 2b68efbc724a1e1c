using System.Management.Automation;

namespace ConsulPets.FakeModule;

public abstract class SomethingCommand : PSCmdlet
{
    [Parameter]
    public string? Context { get; set; }
}
