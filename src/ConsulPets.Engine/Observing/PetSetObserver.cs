using System.Text.Json;
using ConsulPets.Engine.Consul;
using ConsulPets.Engine.Kubernetes;
using ConsulPets.Errors;

namespace ConsulPets.Engine.Observing;

/// <summary>
/// Takes observations of pet sets. A look costs a fixed number of calls, however many pets there are: the workload, its pods, its claims, and four of
/// one Consul agent.
/// </summary>
/// <param name="api">The API.</param>
/// <param name="token">The Consul ACL token; null for none.</param>
/// <param name="clock">The clock.</param>
public sealed class PetSetObserver(KubernetesApi api, string? token, TimeProvider? clock = null)
{
    /// <summary>Told what is passed over: an agent that does not answer, a right that is missing for a part that can be done without.</summary>
    public Action<string>? OnDetail { get; init; }

    /// <summary>The way to the agents; null for the API server's proxy.</summary>
    public IAgentRoute? Route { get; init; }

    /// <summary>The API.</summary>
    public KubernetesApi Api { get; } = api;

    /// <summary>The workloads that run Consul servers.</summary>
    /// <param name="namespaceName">The namespace; null for all.</param>
    /// <param name="name">The exact name; null for all.</param>
    /// <param name="cancellationToken">Ends the calls.</param>
    /// <returns>The workloads, by namespace and name.</returns>
    public async Task<IReadOnlyList<ObservedWorkload>> FindWorkloadsAsync(string? namespaceName, string? name, CancellationToken cancellationToken)
    {
        string? exactly = name is null ? null : $"metadata.name={name}";
        Task<KubernetesList> statefulSets = Api.ListAsync(KubernetesResource.StatefulSets, namespaceName, null, exactly, cancellationToken);
        Task<KubernetesList> daemonSets = Api.ListAsync(KubernetesResource.DaemonSets, namespaceName, null, exactly, cancellationToken);
        await Task.WhenAll(statefulSets, daemonSets).ConfigureAwait(false);
        return [.. (await statefulSets.ConfigureAwait(false)).Items.Select(static item => WorkloadReader.Workload(item, PetSetKind.StatefulSet))
            .Concat((await daemonSets.ConfigureAwait(false)).Items.Select(static item => WorkloadReader.Workload(item, PetSetKind.DaemonSet)))
            .OfType<ObservedWorkload>()
            .OrderBy(static workload => workload.Namespace, StringComparer.Ordinal)
            .ThenBy(static workload => workload.Name, PetNameOrder.Instance)];
    }

    /// <summary>The one workload of a name.</summary>
    /// <param name="namespaceName">The namespace.</param>
    /// <param name="name">The name.</param>
    /// <param name="cancellationToken">Ends the calls.</param>
    /// <returns>The workload. Where a StatefulSet and a DaemonSet share the name, the StatefulSet.</returns>
    /// <exception cref="ConsulPetsException">PetSetNotFound.</exception>
    public async Task<ObservedWorkload> GetWorkloadAsync(string namespaceName, string name, CancellationToken cancellationToken)
    {
        IReadOnlyList<ObservedWorkload> found = await FindWorkloadsAsync(namespaceName, name, cancellationToken).ConfigureAwait(false);
        return found.FirstOrDefault() ?? throw NotFound(namespaceName, name);
    }

    /// <summary>The names of all namespaces.</summary>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns>The names.</returns>
    public async Task<IReadOnlyList<string>> NamespaceNamesAsync(CancellationToken cancellationToken) =>
        [.. (await Api.ListAsync(KubernetesResource.Namespaces, null, null, null, cancellationToken).ConfigureAwait(false)).Items.Select(static item => item.Text("metadata", "name"))];

    /// <summary>The names of the pets of one set, or of all sets of a namespace.</summary>
    /// <param name="namespaceName">The namespace.</param>
    /// <param name="set">The set; null for all.</param>
    /// <param name="cancellationToken">Ends the calls.</param>
    /// <returns>The names.</returns>
    public async Task<IReadOnlyList<string>> PetNamesAsync(string namespaceName, string? set, CancellationToken cancellationToken)
    {
        IReadOnlyList<ObservedWorkload> workloads = await FindWorkloadsAsync(namespaceName, set, cancellationToken).ConfigureAwait(false);
        IReadOnlyList<ObservedPod>[] pods = await Task.WhenAll(workloads.Select(workload => PodsAsync(workload, cancellationToken))).ConfigureAwait(false);
        return [.. pods.SelectMany(static list => list).Select(static pod => pod.Name)];
    }

    /// <summary>Reads one workload again.</summary>
    /// <param name="workload">The workload.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns>The workload as it is now.</returns>
    /// <exception cref="ConsulPetsException">PetSetNotFound.</exception>
    public async Task<ObservedWorkload> ReadAgainAsync(ObservedWorkload workload, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(workload);
        JsonElement? found = await Api.FindAsync(KubernetesResource.Of(workload.Kind), workload.Namespace, workload.Name, cancellationToken).ConfigureAwait(false);
        return (found is { } item ? WorkloadReader.Workload(item, workload.Kind) : null) ?? throw NotFound(workload.Namespace, workload.Name);
    }

    /// <summary>Takes an observation of a workload that was just read.</summary>
    /// <param name="workload">The workload.</param>
    /// <param name="questions">What to ask Consul.</param>
    /// <param name="cancellationToken">Ends the calls.</param>
    /// <returns>The observation.</returns>
    public async Task<PetSetObservation> ObserveAsync(ObservedWorkload workload, ConsulQuestions questions, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(workload);
        Task<(IReadOnlyList<ObservedClaim> Claims, ConsulPetsException? Refusal)> claims = TolerantAsync(ClaimsAsync(workload, cancellationToken), [], questions);
        IReadOnlyList<ObservedPod> pods = await PodsAsync(workload, cancellationToken).ConfigureAwait(false);
        Task<((ObservedConsul? View, ConsulPetsException? Failure) Answer, ConsulPetsException? Refusal)> consul = TolerantAsync(
            ConsulObserver.AskAnyAsync(AskingOrder(pods).Select(pod => Agent(workload, pod)), questions, OnDetail, cancellationToken), default, questions);
        await Task.WhenAll(claims, consul).ConfigureAwait(false);
        (IReadOnlyList<ObservedClaim> known, ConsulPetsException? claimsRefusal) = await claims.ConfigureAwait(false);
        ((ObservedConsul? view, ConsulPetsException? failure), ConsulPetsException? consulRefusal) = await consul.ConfigureAwait(false);
        if (view is not null && questions.EveryAgent)
        {
            IEnumerable<ConsulClient> others = AskingOrder(pods).Where(pod => pod.Name != view.AnsweredBy).Select(pod => Agent(workload, pod));
            view = await ConsulObserver.AddOthersAsync(view, others, questions, OnDetail, cancellationToken).ConfigureAwait(false);
        }

        if (view is not null && questions.Leader)
        {
            view = view with { LeavingToLeader = await LeavingToLeaderAsync(workload, pods, view, cancellationToken).ConfigureAwait(false) };
        }

        return new PetSetObservation
        {
            Taken = (clock ?? TimeProvider.System).GetUtcNow(),
            Context = Api.Connection.Context,
            KubeConfig = Api.Connection.Choice.KubeConfig,
            Workload = workload,
            Pods = view is null ? pods : await IdentifyAsync(workload, pods, view, cancellationToken).ConfigureAwait(false),
            Claims = known,
            ClaimsRefusal = FailureOf(claimsRefusal),
            Consul = view,
            ConsulRefusal = FailureOf(consulRefusal),
            ConsulProblem = view is not null ? null : (failure ?? consulRefusal)?.Message ?? (pods.Count == 0 ? "there are no pods" : "no pod's Consul runs yet"),
        };
    }

    /// <summary>Reads the workload and takes an observation of it.</summary>
    /// <param name="workload">The workload as it was.</param>
    /// <param name="questions">What to ask Consul.</param>
    /// <param name="cancellationToken">Ends the calls.</param>
    /// <returns>The observation.</returns>
    /// <exception cref="ConsulPetsException">PetSetNotFound.</exception>
    public async Task<PetSetObservation> ObserveAgainAsync(ObservedWorkload workload, ConsulQuestions questions, CancellationToken cancellationToken) =>
        await ObserveAsync(await ReadAgainAsync(workload, cancellationToken).ConfigureAwait(false), questions, cancellationToken).ConfigureAwait(false);

    /// <summary>The Consul agent in a pod.</summary>
    /// <param name="workload">The workload.</param>
    /// <param name="pod">The pod.</param>
    /// <returns>A client.</returns>
    public ConsulClient Agent(ObservedWorkload workload, ObservedPod pod)
    {
        ArgumentNullException.ThrowIfNull(workload);
        ArgumentNullException.ThrowIfNull(pod);
        return new ConsulClient(Route?.To(workload, pod) ?? new PodProxyTransport(Api, workload.Namespace, pod.Name, pod.ConsulPort, token));
    }

    /// <summary>The pods whose agents can be asked, the likeliest to answer first.</summary>
    /// <param name="pods">The pods.</param>
    /// <returns>Ready ones, then others that run; the oldest first, since an agent remembers only what happened while it was there.</returns>
    public static IEnumerable<ObservedPod> AskingOrder(IReadOnlyList<ObservedPod> pods)
    {
        ArgumentNullException.ThrowIfNull(pods);
        return pods.Where(static pod => pod.Running).OrderBy(static pod => pod switch { { Ready: true } => 0, { Deleting: false } => 1, _ => 2 }).ThenBy(static pod => pod.Created);
    }

    private async Task<IReadOnlyList<string>> LeavingToLeaderAsync(ObservedWorkload workload, IReadOnlyList<ObservedPod> pods, ObservedConsul view, CancellationToken cancellationToken)
    {
        if (view.Leader is not { } leader || pods.FirstOrDefault(pod => pod.Running && PetJoin.MemberFor(pod, view.Members)?.NodeId == leader.Id) is not { } pod)
        {
            return [];
        }

        try
        {
            IReadOnlyList<ObservedMember> members = pod.Name == view.AnsweredBy ? view.Members : (await Agent(workload, pod).MembersAsync(wan: false, cancellationToken).ConfigureAwait(false)).Members;
            return [.. members.Where(static member => member.Status == ConsulMemberStatus.Leaving).Select(static member => member.Name)];
        }
        catch (ConsulPetsException exception) when (!exception.EndsCommand)
        {
            OnDetail?.Invoke($"{pod.Name}: {exception.Message}");
            return [];
        }
    }

    /// <summary>The pods of a set.</summary>
    /// <param name="workload">The set.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns>The pods, by name.</returns>
    public async Task<IReadOnlyList<ObservedPod>> PodsAsync(ObservedWorkload workload, CancellationToken cancellationToken)
    {
        KubernetesList pods = await Api.ListAsync(KubernetesResource.Pods, workload.Namespace, workload.Selector, null, cancellationToken).ConfigureAwait(false);
        return [.. pods.Items
            .Where(pod => WorkloadReader.OwnerUid(pod) == workload.Uid)
            .Select(WorkloadReader.Pod)
            .OrderBy(static pod => pod.Name, PetNameOrder.Instance)];
    }

    // The StatefulSet controller labels the claims that it makes with the set's selector.
    private async Task<IReadOnlyList<ObservedClaim>> ClaimsAsync(ObservedWorkload workload, CancellationToken cancellationToken)
    {
        if (workload.ClaimTemplates.Count == 0)
        {
            return [];
        }

        KubernetesList claims = await Api.ListAsync(KubernetesResource.Claims, workload.Namespace, workload.Selector, null, cancellationToken).ConfigureAwait(false);
        return [.. claims.Items
            .Select(claim => WorkloadReader.Claim(claim, workload))
            .Where(static claim => claim.Ordinal is not null)
            .OrderBy(static claim => claim.Name, PetNameOrder.Instance)];
    }

    // Members are matched to pods by name, else by address. Two cases only the pod's own agent can settle: neither fits (a node name was set, and the pod's IP is not what
    // Consul advertises), which matters when some member has no pod; and the name fits a member that is called alive at another address, which is what a pet that was
    // just replaced looks like until gossip notices.
    private async Task<IReadOnlyList<ObservedPod>> IdentifyAsync(
        ObservedWorkload workload, IReadOnlyList<ObservedPod> pods, ObservedConsul view, CancellationToken cancellationToken)
    {
        bool someMemberIsFree = view.Members.Any(member =>
            member is { IsServer: true, Status: ConsulMemberStatus.Alive } && !pods.Any(pod => PetJoin.MemberFor(pod, view.Members) == member));
        bool mustBeAsked(ObservedPod pod) => pod.Running && (PetJoin.MemberFor(pod, view.Members) is { } member ? PetJoin.IsDoubtful(pod, member) : someMemberIsFree);
        return await Task.WhenAll(pods.Select(async pod => mustBeAsked(pod) ? await AskItselfAsync(workload, pod, cancellationToken).ConfigureAwait(false) : pod)).ConfigureAwait(false);
    }

    private async Task<ObservedPod> AskItselfAsync(ObservedWorkload workload, ObservedPod pod, CancellationToken cancellationToken)
    {
        try
        {
            (string? nodeId, string? address) = await Agent(workload, pod).SelfAsync(cancellationToken).ConfigureAwait(false);
            return pod with { AgentNodeId = nodeId ?? string.Empty, AgentAddress = address };
        }
        catch (ConsulPetsException exception) when (!exception.EndsCommand)
        {
            OnDetail?.Invoke($"{pod.Name}: {exception.Message}");

            // An agent that may not be asked can be anybody: the name has to do.
            return exception.Kind == ConsulPetsErrorKind.PermissionDenied ? pod : pod with { AgentNodeId = string.Empty };
        }
    }

    private static async Task<(T Answer, ConsulPetsException? Refusal)> TolerantAsync<T>(Task<T> call, T without, ConsulQuestions questions)
    {
        try
        {
            return (await call.ConfigureAwait(false), null);
        }
        catch (ConsulPetsException refusal) when (questions.ToleratesRefusal && refusal is { Kind: ConsulPetsErrorKind.PermissionDenied, EndsCommand: false })
        {
            return (without, refusal);
        }
    }

    /// <summary>A failure as an observation carries it.</summary>
    /// <param name="failure">The failure; null for none.</param>
    /// <returns>The record; null for none.</returns>
    [return: System.Diagnostics.CodeAnalysis.NotNullIfNotNull(nameof(failure))]
    public static ObservedFailure? FailureOf(ConsulPetsException? failure) => failure is null ? null : new ObservedFailure(failure.ErrorId, failure.Message, failure.RecommendedAction);

    /// <summary>No such set.</summary>
    /// <param name="namespaceName">The namespace; null for all.</param>
    /// <param name="name">The name.</param>
    /// <returns>The failure.</returns>
    public static ConsulPetsException NotFound(string? namespaceName, string name) => new(
        "PetSetNotFound",
        ConsulPetsErrorKind.ObjectNotFound,
        $"{(namespaceName is null ? "The cluster" : $"Namespace '{namespaceName}'")} has no StatefulSet or DaemonSet '{name}' that runs Consul servers.",
        "List those that there are: Get-ConsulPetSet -AllNamespaces",
        namespaceName is null ? name : $"{namespaceName}/{name}");
}
