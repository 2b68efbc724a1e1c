using ConsulPets.Sandbox.Pods;
using ConsulPets.Sandbox.Store;
using ConsulPets.Sandbox.Streaming;

namespace ConsulPets.Sandbox.Api.Objects;

/// <summary>Leads requests for a pod's log, commands and ports to where they are answered. A service's proxy is that of one of its ready pods.</summary>
internal sealed class StreamHandler
{
    private readonly ObjectRegistry registry;
    private readonly IPodRuntime runtime;

    /// <summary>Makes one.</summary>
    /// <param name="registry">The objects.</param>
    /// <param name="runtime">What runs pods.</param>
    public StreamHandler(ObjectRegistry registry, IPodRuntime runtime)
    {
        this.registry = registry;
        this.runtime = runtime;
    }

    /// <summary>Answers for a pod.</summary>
    /// <param name="call">The request.</param>
    /// <returns>When it is answered.</returns>
    public Task AnswerPodAsync(ApiCall call)
    {
        ArgumentNullException.ThrowIfNull(call);
        string name = call.Request.Subresource == "proxy" ? ProxyTarget.Parse(call.Request.Name).Name : call.Request.Name;
        StoredObject pod = registry.Find(call.Kind, call.Request.Namespace, name) ?? throw ApiException.NotFound(call.Kind, name);
        return PodStreams.AnswerAsync(call.Http, call.Request, pod, runtime);
    }

    /// <summary>Answers for a service.</summary>
    /// <param name="call">The request.</param>
    /// <returns>When it is answered.</returns>
    public Task AnswerServiceAsync(ApiCall call)
    {
        ArgumentNullException.ThrowIfNull(call);
        var target = ProxyTarget.Parse(call.Request.Name);
        StoredObject service = registry.Find(call.Kind, call.Request.Namespace, target.Name) ?? throw ApiException.NotFound(call.Kind, target.Name);
        StoredObject? endpoints = registry.Find(ResourceKinds.Endpoints, call.Request.Namespace, target.Name);
        (string PodName, long Port)[] choices = [.. ServiceTargets.Choose(service.Json, endpoints?.Json, target)];
        if (choices.Length == 0)
        {
            throw new ApiException(503, "ServiceUnavailable", $"no endpoints available for service \"{call.Request.Name}\"", []);
        }

        (string podName, long port) = choices[Random.Shared.Next(choices.Length)];
        StoredObject pod = registry.Find(ResourceKinds.Pods, call.Request.Namespace, podName)
            ?? throw new ApiException(503, "ServiceUnavailable", $"no endpoints available for service \"{call.Request.Name}\"", []);
        var podTarget = target with { Name = podName, Port = port.ToString(System.Globalization.CultureInfo.InvariantCulture) };
        return PodStreams.AnswerAsync(call.Http, call.Request with { Kind = ResourceKinds.Pods, Name = podTarget.ToString() }, pod, runtime);
    }
}
