using System.Text.Json.Nodes;
using ConsulPets.Sandbox.Api.Wire;
using ConsulPets.Sandbox.Store;

namespace ConsulPets.Sandbox.Api.Objects;

/// <summary>Answers for <c>pods/eviction</c>: a deletion that asks the disruption budgets first. The rules are those of kubernetes/pkg/registry/core/pod/storage/eviction.go.</summary>
internal sealed class EvictionHandler
{
    private readonly ObjectRegistry registry;

    /// <summary>Makes one.</summary>
    /// <param name="registry">The objects.</param>
    public EvictionHandler(ObjectRegistry registry) => this.registry = registry;

    /// <summary>Evicts a pod.</summary>
    /// <param name="call">The request.</param>
    /// <returns>When it is answered.</returns>
    public async Task CreateAsync(ApiCall call)
    {
        ArgumentNullException.ThrowIfNull(call);
        WriteOptions options = call.Writing("CreateOptions");
        JsonObject eviction = SentObject.Object(await RequestBody.ReadObjectAsync(call.Http.Request, "Eviction").ConfigureAwait(false), "Eviction");
        if ((eviction.Text("kind") ?? "Eviction") != "Eviction" || (eviction.Text("apiVersion") ?? "policy/v1") is not ("policy/v1" or "policy/v1beta1"))
        {
            throw ApiException.BadRequest($"not a Eviction object: {eviction.Text("apiVersion")}, Kind={eviction.Text("kind")}");
        }

        if (eviction.Text("metadata", "name") is { Length: > 0 } name && name != call.Request.Name)
        {
            throw ApiException.BadRequest("name in URL does not match name in Eviction object");
        }

        DeleteRequest request = DeleteOptions.Read(eviction.Part("deleteOptions"), call.Query);
        Evict(call, request with { DryRun = request.DryRun || options.IsDryRun });
        await ApiResponse.WriteAsync(call.Http, 201, ApiResponse.Success(code: 201)).ConfigureAwait(false);
    }

    private void Evict(ApiCall call, DeleteRequest request)
    {
        StoredObject pod = registry.Find(call.Kind, call.Request.Namespace, call.Request.Name) ?? throw ApiException.NotFound(call.Kind, call.Request.Name);
        if (!EvictionRules.IgnoresBudgets(pod.Json))
        {
            StoredObject[] budgets = [.. registry.List(ResourceKinds.DisruptionBudgets, pod.Namespace).Where(budget => EvictionRules.Covers(budget.Json, pod.Json))];
            if (budgets.Length > 1)
            {
                throw Refusals.Internal("This pod has more than one PodDisruptionBudget, which the eviction subresource does not support.");
            }

            foreach (StoredObject budget in budgets)
            {
                Spend(budget, pod, request.DryRun);
            }
        }

        registry.Delete(call.Kind, pod.Namespace, pod.Name, request with { Uid = request.Uid ?? pod.Uid });
    }

    // Done anew on the latest version when another eviction was faster, so that two never spend the same disruption.
    private void Spend(StoredObject budget, StoredObject pod, bool isDryRun) => registry.Update(
        ResourceKinds.DisruptionBudgets,
        budget.Namespace,
        budget.Name,
        live => EvictionRules.Spend(live, pod.Json, registry.Clock.GetUtcNow()),
        new WriteRequest("kube-apiserver", Subresource: "status", DryRun: isDryRun));
}
