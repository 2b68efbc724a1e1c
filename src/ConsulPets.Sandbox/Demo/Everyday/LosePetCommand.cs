using System.Management.Automation;

namespace ConsulPets.Sandbox.Demo.Everyday;

/// <summary>
/// Loses a pet: deletes its pod behind the module's back, as `kubectl delete pod` does. That is the sandbox's part of the story, so it is no command of the module,
/// which asks raft first (Restart-ConsulPet). With -Force the server dies on the spot, and Consul's own rules make the story long: others hold a name for one that
/// failed, and let it come back at another address only after 30 seconds (serf's DeadNodeReclaimTime, agent/consul/config.go).
/// </summary>
[Cmdlet("Lose", "Pet")]
internal sealed class LosePetCommand : PSCmdlet, IDisposable
{
    private readonly CancellationTokenSource stopping = new();

    /// <summary>The pod's name.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipelineByPropertyName = true)]
    public string Name { get; set; } = string.Empty;

    /// <summary>The pod's namespace; null for the kubeconfig's.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    public string? Namespace { get; set; }

    /// <summary>Whether the server has no time to take leave, as with `kubectl delete pod --force --grace-period=0`.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <inheritdoc/>
    public void Dispose() => stopping.Dispose();

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        try
        {
            string path = Environment.GetEnvironmentVariable("KUBECONFIG") ?? throw new InvalidOperationException("$env:KUBECONFIG is not set.");
            using var cluster = SandboxCluster.Of(File.ReadAllText(path), Path.GetDirectoryName(Path.GetFullPath(path))!);
            cluster.DeletePodAsync(Namespace ?? cluster.Namespace, Name, Force, stopping.Token).GetAwaiter().GetResult();
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            throw new PipelineStoppedException();
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException or InvalidOperationException or OperationCanceledException)
        {
            WriteError(new ErrorRecord(exception, "PetNotLost", ErrorCategory.InvalidOperation, Name));
        }
    }

    /// <inheritdoc/>
    protected override void StopProcessing()
    {
        try
        {
            stopping.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // It ended by itself in the same moment.
        }
    }
}
