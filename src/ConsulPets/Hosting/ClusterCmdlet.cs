using System.Management.Automation;
using System.Net;
using System.Security;
using ConsulPets.Completion;
using ConsulPets.Engine.Consul;
using ConsulPets.Engine.Kubernetes;
using ConsulPets.Engine.Observing;
using ConsulPets.Engine.Sessions;
using ConsulPets.Observing;
using ConsulPets.Planning;

namespace ConsulPets.Hosting;

/// <summary>A cmdlet that talks to a Kubernetes cluster, and through it to Consul.</summary>
public abstract class ClusterCmdlet : AsyncCmdlet
{
    /// <summary>The namespace; the context's by default.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [Alias("ns")]
    [ArgumentCompleter(typeof(NamespaceCompleter))]
    [ValidateNotNullOrEmpty]
    public string? Namespace { get; set; }

    /// <summary>The kubeconfig context; the current one by default.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(ContextCompleter))]
    [AllowNull]
    public string? Context { get; set; }

    /// <summary>The kubeconfig file; by default $env:KUBECONFIG, ~/.kube/config, or the in-cluster account.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [AllowNull]
    public string? KubeConfig { get; set; }

    /// <summary>The Consul ACL token; by default the session's, else $env:CONSUL_HTTP_TOKEN.</summary>
    [Parameter]
    public SecureString? Token { get; set; }

    /// <summary>The session to go by; the latest open one by default, unless a namespace or a cluster is named.</summary>
    [Parameter]
    [ValidateNotNull]
    public ConsulSession? Session { get; set; }

    /// <summary>Does not verify the certificates of Consul's agents, for this command alone.</summary>
    [Parameter]
    public SwitchParameter SkipCertificateCheck { get; set; }

    /// <summary>The Consul token as text.</summary>
    /// <returns>The token; null for none.</returns>
    private protected string? TokenText() => GivenToken() ?? ConsulAddress.TokenFromEnvironment();

    private string? GivenToken() => Token is null ? null : new NetworkCredential(string.Empty, Token).Password;

    /// <summary>The session that the command goes by where no pet set is named: the one of -Session, else the latest.</summary>
    /// <returns>The session as it is now; null when there is none, or when a namespace or a cluster is named.</returns>
    /// <exception cref="Errors.ConsulPetsException">SessionClosed.</exception>
    private protected ConsulSession? CurrentSession() =>
        Session is not null ? PetSetSessions.Get(Session).ToSession()
        : string.IsNullOrEmpty(Namespace) && string.IsNullOrEmpty(Context) && string.IsNullOrEmpty(KubeConfig) ? PetSetSessions.Latest(RunspaceId)?.ToSession()
        : null;

    /// <summary>Opens the cluster.</summary>
    /// <returns>What takes observations there.</returns>
    private protected async Task<PetSetObserver> OpenAsync()
    {
        PetSetSession? named = Session is null ? null : PetSetSessions.Get(Session);
        PetSetSession? session = named ?? (CurrentSession() is { } current ? PetSetSessions.Get(current) : null);
        KubernetesConnection connection = await (session is null ? ConnectAsync() : session.OpenAsync(StopToken)).ConfigureAwait(false);
        if (named is not null)
        {
            await MustBeInAsync(named.ToSession()).ConfigureAwait(false);
        }

        await WarnOfSkippedCheckAsync().ConfigureAwait(false);
        var api = new KubernetesApi(connection) { OnRequest = Trace };
        return new PetSetObserver(api, null) { OnDetail = Detail, Route = new SessionRoute(api, RunspaceId, named, GivenToken(), TokenText(), SkipCertificateCheck) };
    }

    /// <summary>Says that nobody knows whom the command talks to.</summary>
    /// <returns>A task.</returns>
    private protected Task WarnOfSkippedCheckAsync() => SkipCertificateCheck
        ? WarnAsync("-SkipCertificateCheck: the certificates of Consul's agents are not verified, so whoever answers in their place is told the token.")
        : Task.CompletedTask;

    /// <summary>A file that a parameter names, relative to PowerShell's current location.</summary>
    /// <param name="path">The path as it was given.</param>
    /// <returns>The full path.</returns>
    private protected Task<string> FileAsync(string path) => OnPipelineThreadAsync(() => SessionState.Path.GetUnresolvedProviderPathFromPSPath(path));

    /// <summary>The text of a file that a parameter names.</summary>
    /// <param name="path">The path as it was given.</param>
    /// <returns>The text.</returns>
    /// <exception cref="Errors.ConsulPetsException">TlsFileUnreadable.</exception>
    private protected async Task<string> ReadFileAsync(string path)
    {
        string file = await FileAsync(path).ConfigureAwait(false);
        try
        {
            return await File.ReadAllTextAsync(file, StopToken).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new Errors.ConsulPetsException(
                "TlsFileUnreadable", Errors.ConsulPetsErrorKind.ObjectNotFound, $"The file '{file}' cannot be read: {exception.Message.TrimEnd('.')}.", "Name a PEM file that can be read", file, exception);
        }
    }

    // An object from the pipeline brings its cluster along: it must not be looked for in the session's.
    private async Task MustBeInAsync(ConsulSession session)
    {
        if ((!string.IsNullOrEmpty(Context) && Context != session.Context) || (await KubeConfigPathAsync().ConfigureAwait(false) is { } file && file != session.KubeConfig))
        {
            throw new Errors.ConsulPetsException(
                "SessionMismatch",
                Errors.ConsulPetsErrorKind.InvalidArgument,
                FormattableString.Invariant($"The session {session.Id} is in another cluster (context '{session.Context}') than the one that was named."),
                "Leave -Session out, or -Context and -KubeConfig",
                Context ?? KubeConfig);
        }
    }

    /// <summary>The set that a command is for which must be told, or go by a session.</summary>
    /// <param name="reference">How it was named; null when it was not.</param>
    /// <param name="isReading">Whether the command changes nothing. One that does is not for the latest session's set unless it is told so.</param>
    /// <returns>How it is named.</returns>
    /// <exception cref="Errors.ConsulPetsException">PetSetNotNamed.</exception>
    private protected PetSetReference Named(PetSetReference? reference, bool isReading) =>
        reference ?? ((isReading || Session is not null) && CurrentSession() is { } session ? new PetSetReference(session) : throw new Errors.ConsulPetsException(
            "PetSetNotNamed",
            Errors.ConsulPetsErrorKind.InvalidArgument,
            "No pet set was named.",
            "Name it, or give -Session; list those that there are: Get-ConsulPetSet",
            MyInvocation.MyCommand.Name));

    /// <summary>The one set of a command that may leave it unnamed.</summary>
    /// <param name="observer">The opened cluster.</param>
    /// <param name="reference">How it was named; null when it was not.</param>
    /// <returns>The set that was named, else the session's, else the only one of the namespace.</returns>
    private protected Task<ObservedWorkload> OneSetAsync(PetSetObserver observer, PetSetReference? reference)
    {
        reference ??= CurrentSession() is { } session ? new PetSetReference(session) : null;
        return PetSetChoice.OneAsync(observer, NamespaceOf(observer, reference), reference, StopToken);
    }

    private async Task<KubernetesConnection> ConnectAsync()
    {
        string? file = await KubeConfigPathAsync().ConfigureAwait(false);
        return await KubernetesConnections.OpenAsync(new ClusterChoice(file, string.IsNullOrEmpty(Context) ? null : Context), StopToken).ConfigureAwait(false);
    }

    private async Task<string?> KubeConfigPathAsync() => string.IsNullOrEmpty(KubeConfig)
        ? null
        : await FileAsync(KubeConfig).ConfigureAwait(false);

    /// <summary>The namespace that a command is for.</summary>
    /// <param name="observer">The opened cluster.</param>
    /// <param name="reference">How the set was named; null when it was not.</param>
    /// <returns>The reference's, else -Namespace, else the session's, else the context's.</returns>
    private protected string NamespaceOf(PetSetObserver observer, PetSetReference? reference) =>
        reference?.Namespace ?? Namespace ?? CurrentSession()?.Namespace ?? observer.Api.Connection.Namespace;

    /// <summary>The sets that a reading command is for.</summary>
    /// <param name="observer">The opened cluster.</param>
    /// <param name="reference">How they were named: exactly, with wildcards, or not at all for every set of the namespace.</param>
    /// <returns>The sets.</returns>
    private protected async Task<IReadOnlyList<ObservedWorkload>> SetsAsync(PetSetObserver observer, PetSetReference? reference)
    {
        reference ??= CurrentSession() is { } session ? new PetSetReference(session) : null;
        string namespaceName = NamespaceOf(observer, reference);
        if (reference is not null && !WildcardPattern.ContainsWildcardCharacters(reference.Name))
        {
            return [await observer.GetWorkloadAsync(namespaceName, reference.Name, StopToken).ConfigureAwait(false)];
        }

        IReadOnlyList<ObservedWorkload> all = await observer.FindWorkloadsAsync(namespaceName, null, StopToken).ConfigureAwait(false);
        if (reference is null)
        {
            return all;
        }

        var pattern = new WildcardPattern(reference.Name, WildcardOptions.IgnoreCase);
        return [.. all.Where(workload => pattern.IsMatch(workload.Name))];
    }

    /// <summary>Does something for each set; a failure of one is written, and the others are still served.</summary>
    /// <param name="observer">The opened cluster.</param>
    /// <param name="reference">How the sets were named.</param>
    /// <param name="work">What to do.</param>
    /// <returns>A task.</returns>
    private protected async Task ForEachSetAsync(PetSetObserver observer, PetSetReference? reference, Func<ObservedWorkload, Task> work)
    {
        foreach (ObservedWorkload set in await SetsAsync(observer, reference).ConfigureAwait(false))
        {
            try
            {
                await work(set).ConfigureAwait(false);
            }
            catch (Errors.ConsulPetsException failure) when (!failure.EndsCommand)
            {
                await WriteErrorAsync(failure).ConfigureAwait(false);
            }
        }
    }

    /// <summary>Waits until a rule is satisfied, showing what is still missing.</summary>
    /// <param name="observer">The opened cluster.</param>
    /// <param name="workload">The set.</param>
    /// <param name="judge">The rule.</param>
    /// <param name="goal">What is waited for, in a word.</param>
    /// <param name="timeoutSeconds">How long at most.</param>
    /// <returns>The observation that satisfied it.</returns>
    private protected Task<PetSetObservation> WaitForAsync(
        PetSetObserver observer, ObservedWorkload workload, Func<PetSetObservation, WaitVerdict> judge, string goal, int timeoutSeconds)
    {
        var waiter = new PetSetWaiter(observer) { OnWaiting = missing => ShowProgress($"Waiting for {workload.Namespace}/{workload.Name} to be {goal}", missing) };
        return waiter.WaitAsync(workload, judge, goal, TimeSpan.FromSeconds(timeoutSeconds), StopToken);
    }
}
