using ConsulPets.Sandbox.Api.Access;
using ConsulPets.Sandbox.Pods;
using ConsulPets.Sandbox.Store;

namespace ConsulPets.Sandbox.Api.Objects;

/// <summary>Leads a request for objects to what answers it.</summary>
internal sealed class ObjectDispatcher
{
    // What cannot be deleted by the dozen (kubernetes/pkg/registry: these have no DeleteCollection).
    private static readonly ResourceKind[] DeletedOneByOne = [ResourceKinds.Namespaces];

    private readonly ReadHandler reading;
    private readonly WatchHandler watching;
    private readonly WriteHandler writing;
    private readonly PatchHandler patching;
    private readonly DeleteHandler deleting;
    private readonly ScaleHandler scaling;
    private readonly EvictionHandler evicting;
    private readonly BindingHandler binding;
    private readonly TokenHandler issuing;
    private readonly StreamHandler streaming;

    /// <summary>Makes one.</summary>
    /// <param name="registry">The objects.</param>
    /// <param name="runtime">What runs pods.</param>
    /// <param name="tokens">Issues tokens.</param>
    public ObjectDispatcher(ObjectRegistry registry, IPodRuntime runtime, ServiceAccountTokens tokens)
    {
        ArgumentNullException.ThrowIfNull(registry);
        var lists = new ListReader(registry.Store);
        reading = new ReadHandler(registry, lists);
        watching = new WatchHandler(registry);
        writing = new WriteHandler(registry);
        patching = new PatchHandler(registry);
        deleting = new DeleteHandler(registry, lists);
        scaling = new ScaleHandler(registry);
        evicting = new EvictionHandler(registry);
        binding = new BindingHandler(registry);
        issuing = new TokenHandler(registry, tokens);
        streaming = new StreamHandler(registry, runtime);
    }

    /// <summary>The verbs that a kind has.</summary>
    /// <param name="kind">The kind.</param>
    /// <returns>The verbs, in the order of discovery.</returns>
    public static IReadOnlyList<string> Verbs(ResourceKind kind) => DeletedOneByOne.Contains(kind)
        ? ["create", "delete", "get", "list", "patch", "update", "watch"]
        : ["create", "delete", "deletecollection", "get", "list", "patch", "update", "watch"];

    /// <summary>The verbs that a subresource has.</summary>
    /// <param name="subresource">The subresource.</param>
    /// <returns>The verbs, in the order of discovery.</returns>
    public static IReadOnlyList<string> Verbs(string subresource) => subresource switch
    {
        "status" or "scale" => ["get", "patch", "update"],
        "finalize" => ["update"],
        "log" => ["get"],
        "eviction" or "binding" or "token" => ["create"],
        "exec" or "attach" or "portforward" => ["create", "get"],
        _ => ["create", "delete", "get", "patch", "update"],
    };

    /// <summary>Answers a request.</summary>
    /// <param name="call">The request.</param>
    /// <returns>When it is answered.</returns>
    /// <exception cref="ApiException">There is no such subresource or method.</exception>
    public Task AnswerAsync(ApiCall call)
    {
        ArgumentNullException.ThrowIfNull(call);
        RequestInfo request = call.Request;
        RequirePlace(call);
        return request.Subresource.Length == 0 ? AnswerObjectAsync(call) : AnswerSubresourceAsync(call);
    }

    private static void RequirePlace(ApiCall call)
    {
        RequestInfo request = call.Request;
        bool isEverywhere = call.Kind.IsNamespaced && request.Namespace.Length == 0;
        if (isEverywhere && request.Name.Length > 0)
        {
            throw Refusals.UnknownResource();
        }

        // Only reading goes across namespaces. A collection takes new objects and gives lists, an object takes everything else.
        bool isAllowed = request.Name.Length == 0
            ? request.Verb is "list" or "watch" || (!isEverywhere && request.Verb is "create" or "deletecollection")
            : request.Subresource.Length > 0 || request.Verb is "get" or "watch" or "update" or "patch" or "delete";
        if (!isAllowed)
        {
            throw Refusals.MethodNotAllowed();
        }
    }

    private Task AnswerObjectAsync(ApiCall call) => call.Request.Verb switch
    {
        "get" => reading.GetAsync(call),
        "list" => reading.ListAsync(call),
        "watch" => watching.WatchAsync(call),
        "create" => writing.CreateAsync(call),
        "update" => writing.UpdateAsync(call),
        "patch" => patching.PatchAsync(call),
        "delete" => deleting.DeleteAsync(call),
        "deletecollection" when !DeletedOneByOne.Contains(call.Kind) => deleting.DeleteManyAsync(call),
        _ => throw Refusals.MethodNotAllowed(),
    };

    private Task AnswerSubresourceAsync(ApiCall call)
    {
        string name = call.Request.Subresource;
        if (!call.Kind.Subresources.Contains(name) || (name != "proxy" && call.Request.Rest.Trim('/').Length > 0))
        {
            throw Refusals.UnknownResource();
        }

        if (!Verbs(name).Contains(call.Request.Verb))
        {
            throw Refusals.MethodNotAllowed();
        }

        return (name, call.Request.Verb) switch
        {
            ("status", "get") => reading.GetAsync(call),
            ("status", "patch") => patching.PatchAsync(call),
            ("status" or "finalize", _) => writing.UpdateAsync(call),
            ("scale", _) => scaling.AnswerAsync(call),
            ("eviction", _) => evicting.CreateAsync(call),
            ("binding", _) => binding.CreateAsync(call),
            ("token", _) => issuing.CreateAsync(call),
            _ when call.Kind == ResourceKinds.Pods => streaming.AnswerPodAsync(call),
            _ when call.Kind == ResourceKinds.Services => streaming.AnswerServiceAsync(call),
            _ => throw new ApiException(503, "ServiceUnavailable", "the nodes of a sandbox have no ports of their own", []),
        };
    }
}
