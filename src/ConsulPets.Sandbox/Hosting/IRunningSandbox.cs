namespace ConsulPets.Sandbox.Hosting;

/// <summary>A sandbox that serves. Disposing of it ends everything in it.</summary>
internal interface IRunningSandbox : IAsyncDisposable
{
    /// <summary>The path of the kubeconfig that leads to it.</summary>
    string KubeConfig { get; }

    /// <summary>Where its API server listens.</summary>
    Uri Server { get; }

    /// <summary>The image to ask for: the one that its Consul program stands for.</summary>
    string ConsulImage { get; }

    /// <summary>The folder for everything that it writes.</summary>
    string Folder { get; }

    /// <summary>Ends, as a rule with an exception, when the sandbox breaks by itself; never when it is disposed of.</summary>
    Task Failure { get; }
}
