using System.Security.Cryptography;
using ConsulPets.Sandbox.Admission;
using ConsulPets.Sandbox.Api;
using ConsulPets.Sandbox.Api.Wire;
using ConsulPets.Sandbox.ConsulBinaries;
using ConsulPets.Sandbox.Controllers;
using ConsulPets.Sandbox.Faults;
using ConsulPets.Sandbox.Hosting;
using ConsulPets.Sandbox.Pods;
using ConsulPets.Sandbox.Store;

namespace ConsulPets.Sandbox;

/// <summary>A whole sandbox: puts the parts together, starts them in order, and ends them in the other order.</summary>
internal sealed class SandboxHost : IRunningSandbox
{
    // A pod's own token is not turned while it runs, and a sandbox is not run for longer.
    private static readonly TimeSpan TokenLifetime = TimeSpan.FromDays(1);

    private readonly CancellationTokenSource ending = new();
    private readonly TaskCompletionSource failure = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly LoopbackAddresses addresses;
    private readonly SandboxCertificates certificates;
    private readonly ConsulFinder finder;
    private readonly List<Task> running = [];
    private readonly FileStream claim;
    private ApiServer? server;

    private SandboxHost(string folder, FileStream claim, LoopbackAddresses addresses, SandboxCertificates certificates, ConsulFinder finder, string consulImage)
    {
        Folder = folder;
        this.claim = claim;
        this.addresses = addresses;
        this.certificates = certificates;
        this.finder = finder;
        ConsulImage = consulImage;
    }

    /// <inheritdoc/>
    public string KubeConfig => Path.Combine(Folder, "kubeconfig");

    /// <inheritdoc/>
    public Uri Server => server!.Address;

    /// <inheritdoc/>
    public string ConsulImage { get; }

    /// <inheritdoc/>
    public string Folder { get; }

    /// <inheritdoc/>
    public Task Failure => failure.Task;

    /// <summary>Starts a sandbox.</summary>
    /// <param name="options">How it is to be.</param>
    /// <param name="progress">Told what takes time.</param>
    /// <param name="cancellationToken">Gives up; what was started until then is ended.</param>
    /// <returns>The sandbox, serving.</returns>
    /// <exception cref="ConsulNotFoundException">No Consul program is to be had.</exception>
    /// <exception cref="InvalidOperationException">Another sandbox uses the folder.</exception>
    public static async Task<IRunningSandbox> StartAsync(SandboxOptions options, IProgress<string> progress, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(progress);
        string folder = Path.GetFullPath(options.Folder);

        // Before anything is written: the kubeconfig there is the other sandbox's, and somebody works with it.
        FileStream claim = FolderClaim.Take(folder);
        SandboxHost? host = null;
        try
        {
            // Certificates take as long as asking each program for its version: side by side.
            Task<SandboxCertificates> certificates = Task.Run(SandboxCertificates.Create, cancellationToken);
            var finder = new ConsulFinder(ConsulSearch.OfMachine(options.ConsulProgram), progress.Report);
            ConsulBinary consul = await finder.FindAsync(cancellationToken).ConfigureAwait(false);
            host = new SandboxHost(folder, claim, LoopbackAddresses.Claim(), await certificates.ConfigureAwait(false), finder, $"hashicorp/consul:{consul.Version}");
            await host.StartAsync(options, consul, cancellationToken).ConfigureAwait(false);
            return host;
        }
        catch
        {
            IAsyncDisposable held = host is null ? claim : host;
            await held.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await ending.CancelAsync().ConfigureAwait(false);

        // The pods' last reports still reach the store; then nobody has to be answered any more.
        await Task.WhenAll(running).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (server is not null)
        {
            await server.DisposeAsync().ConfigureAwait(false);
        }

        addresses.Dispose();
        certificates.Dispose();
        finder.Dispose();
        ending.Dispose();
        await claim.DisposeAsync().ConfigureAwait(false);
    }

    private async Task StartAsync(SandboxOptions options, ConsulBinary consul, CancellationToken cancellationToken)
    {
        var store = new ObjectStore();
        var registry = new ObjectRegistry(store, TimeProvider.System, AdmissionContext.Over(store, new ServiceAddresses(addresses.Block)));
        ConsulBinary[] programs = [.. finder.Known().Prepend(consul).DistinctBy(static program => program.Version)];
        var images = new ImageCatalogue(
            programs.Select(static program => (program.Version, program.Path)),
            async version => (await finder.FindAsync(version, ending.Token).ConfigureAwait(false))?.Path);
        var context = new ControllerContext
        {
            Registry = registry,
            Events = new EventRecorder(registry),
            AuthorityPem = certificates.AuthorityPem,
            Folders = new VolumeFolders(Path.Combine(Folder, "volumes")),
            Nodes = options.Nodes,
            Images = [.. programs.Select(static program => $"docker.io/hashicorp/consul:{program.Version}"), "docker.io/library/consul:latest", "docker.io/library/busybox:latest"],
        };
        var pods = new PodRuntime(
            registry,
            context.Events,
            addresses,
            images,
            new PodRuntimeOptions { Folder = Path.Combine(Folder, "pods"), IssueToken = (namespaceName, account) => IssueToken(registry, namespaceName, account) },
            node => context.Heartbeats.Renew(node, registry.Clock.GetUtcNow()));
        var rules = new FaultRules();
        var faults = new FaultRoutes(rules, store, pods);
        string token = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));
        server = await ApiServer.StartAsync(
            new ApiServerSettings(registry, pods, new FaultGate(rules, store, registry.Clock), token, certificates, options.Port, faults.TryAnswerAsync), cancellationToken).ConfigureAwait(false);
        Bootstrap.Write(context, server.Address.Host, server.Address.Port);
        foreach (IController controller in (IEnumerable<IController>)[pods, .. ControllerSet.Create(context)])
        {
            running.Add(RunAsync(controller));
        }

        KubeConfigFile.Write(KubeConfig, server.Address, certificates, token);
    }

    private string? IssueToken(ObjectRegistry registry, string namespaceName, string account) =>
        registry.Find(ResourceKinds.ServiceAccounts, namespaceName, account) is { } found ? server?.Tokens.Issue(found, [], TokenLifetime).Token : null;

    // A part that breaks is the sandbox's end, and says so: going on without it would look like a cluster that does nothing.
    private async Task RunAsync(IController controller)
    {
        try
        {
            await Task.Run(() => controller.RunAsync(ending.Token), CancellationToken.None).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (ending.IsCancellationRequested)
        {
            // It ends with the sandbox.
        }
        catch (Exception exception)
        {
            failure.TrySetException(new InvalidOperationException($"{controller.Name}: {exception.Message}", exception));
        }
    }
}
