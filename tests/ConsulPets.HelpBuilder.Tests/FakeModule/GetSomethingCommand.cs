using System.Management.Automation;

namespace ConsulPets.FakeModule;

[Cmdlet(VerbsCommon.Get, "Something")]
[OutputType(typeof(Something))]
public sealed class GetSomethingCommand : SomethingCommand
{
    [Parameter(Position = 1)]
    public SomethingStatus? Status { get; set; }

    [Parameter(Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Alias("Pod", "PodName")]
    [SupportsWildcards]
    public string[] Name { get; set; } = [];

    [Parameter]
    [ValidateSet("Fast", "Slow")]
    public string Mode { get; set; } = "Fast";

    [Parameter(DontShow = true)]
    public SwitchParameter Secret { get; set; }

    protected override void ProcessRecord() => WriteObject(new Something(string.Join(',', Name)));
}
