using System.Management.Automation;

namespace ConsulPets.Benchmarks;

/// <summary>Counts the pods of a namespace with plain HttpClient and JsonDocument.</summary>
[Cmdlet(VerbsCommon.Get, "FloorPod")]
[OutputType(typeof(int))]
public sealed class GetFloorPodCommand : PSCmdlet
{
    /// <summary>The kubeconfig file.</summary>
    [Parameter(Mandatory = true)]
    public string KubeConfig { get; set; } = string.Empty;

    /// <summary>The namespace.</summary>
    [Parameter(Mandatory = true)]
    public string Namespace { get; set; } = string.Empty;

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        using HttpClient client = PlainClient.Open(KubeConfig);
        WriteObject(PlainClient.CountPodsAsync(client, Namespace).GetAwaiter().GetResult());
    }
}
