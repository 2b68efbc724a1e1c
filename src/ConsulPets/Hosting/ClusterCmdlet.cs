using System.Management.Automation;
using System.Net;
using System.Security;
using ConsulPets.Completion;
using ConsulPets.Engine.Consul;
using ConsulPets.Engine.Kubernetes;
using ConsulPets.Engine.Observing;
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

    /// <summary>The Consul ACL token; by default $env:CONSUL_HTTP_TOKEN.</summary>
    [Parameter]
    public SecureString? Token { get; set; }

    /// <summary>The Consul token as text.</summary>
    /// <returns>The token; null for none.</returns>
    private protected string? TokenText() =>
        Token is null ? ConsulAddress.TokenFromEnvironment() : new NetworkCredential(string.Empty, Token).Password;

    /// <summary>Opens the cluster.</summary>
    /// <returns>What takes observations there.</returns>
    private protected async Task<PetSetObserver> OpenAsync()
    {
        string? file = string.IsNullOrEmpty(KubeConfig)
            ? null
            : await OnPipelineThreadAsync(() => SessionState.Path.GetUnresolvedProviderPathFromPSPath(KubeConfig)).ConfigureAwait(false);
        KubernetesConnection connection = await KubernetesConnections.OpenAsync(
            new ClusterChoice(file, string.IsNullOrEmpty(Context) ? null : Context), StopToken).ConfigureAwait(false);
        return new PetSetObserver(new KubernetesApi(connection) { OnRequest = Trace }, TokenText()) { OnDetail = Detail };
    }

    /// <summary>The namespace that a command is for.</summary>
    /// <param name="observer">The opened cluster.</param>
    /// <param name="reference">How the set was named; null when it was not.</param>
    /// <returns>The reference's, else -Namespace, else the context's.</returns>
    private protected string NamespaceOf(PetSetObserver observer, PetSetReference? reference) =>
        reference?.Namespace ?? Namespace ?? observer.Api.Connection.Namespace;

    /// <summary>The sets that a reading command is for.</summary>
    /// <param name="observer">The opened cluster.</param>
    /// <param name="reference">How they were named: exactly, with wildcards, or not at all for every set of the namespace.</param>
    /// <returns>The sets.</returns>
    private protected async Task<IReadOnlyList<ObservedWorkload>> SetsAsync(PetSetObserver observer, PetSetReference? reference)
    {
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
