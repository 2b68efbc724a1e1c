using System.Text.Json.Nodes;
using ConsulPets.Sandbox.Api;
using ConsulPets.Sandbox.Store;

namespace ConsulPets.Sandbox.Pods;

/// <summary>Writes a pod's status.</summary>
internal static class PodReport
{
    /// <summary>Writes it. The facts are asked for anew whenever somebody else was faster, so the latest report is never overwritten by an older one.</summary>
    /// <param name="pod">The pod.</param>
    /// <param name="isGone">Whether nothing is to be reported of it any more.</param>
    /// <param name="facts">What its node knows.</param>
    public static void Write(PodLife pod, Func<bool> isGone, Func<PodFacts> facts)
    {
        if (isGone())
        {
            return;
        }

        try
        {
            pod.Context.Registry.Update(ResourceKinds.Pods, pod.Namespace, pod.Name, Change, WriteRequest.NodeStatus);
        }
        catch (ApiException)
        {
            // It was deleted meanwhile, which its watch tells as well.
        }

        JsonObject? Change(JsonObject json)
        {
            if (json.Text("metadata", "uid") != pod.Uid || isGone())
            {
                return null;
            }

            json["status"] = PodStatusBuilder.Build(json, facts(), pod.Context.Clock.GetUtcNow());
            return json;
        }
    }
}
