using System.Text.Json.Nodes;
using ConsulPets.Sandbox.Admission;
using ConsulPets.Sandbox.Api;
using ConsulPets.Sandbox.Store;

namespace ConsulPets.Sandbox.Tests.Admission;

/// <summary>A registry with what the real server had when the answers were recorded: a namespace, its default account, and a default storage class.</summary>
internal sealed class AdmissionWorld
{
    public AdmissionWorld()
    {
        Create(ResourceKinds.Namespaces, Named(Fixtures.Namespace));
        Create(ResourceKinds.ServiceAccounts, Named("default"));
        JsonObject storageClass = Named("standard");
        storageClass.Make("metadata", "annotations")["storageclass.kubernetes.io/is-default-class"] = "true";
        storageClass["provisioner"] = "kubernetes.io/host-path";
        Create(ResourceKinds.StorageClasses, storageClass);
    }

    public ObjectRegistry Registry { get; } = new(new ObjectStore(), TimeProvider.System);

    public static JsonObject Named(string name) => new() { ["metadata"] = new JsonObject { ["name"] = name } };

    public static JsonObject Service(string name, string spec = "{}")
    {
        JsonObject service = Named(name);
        service["spec"] = JsonNode.Parse(spec);
        service.Make("spec")["ports"] ??= new JsonArray(new JsonObject { ["port"] = 80 });
        return service;
    }

    public static JsonObject Pod(string name, string spec = "{}")
    {
        JsonObject pod = Named(name);
        pod["spec"] = JsonNode.Parse(spec);
        pod.Make("spec")["containers"] ??= new JsonArray(new JsonObject { ["name"] = "c", ["image"] = "consul:1.8.7" });
        return pod;
    }

    public JsonObject Create(ResourceKind kind, JsonObject json, bool dryRun = false) =>
        Registry.Create(kind, Fixtures.Namespace, json, new WriteRequest(DryRun: dryRun)).Json;

    public JsonObject Update(ResourceKind kind, string name, Action<JsonObject> change) => Registry.Update(
        kind,
        Fixtures.Namespace,
        name,
        copy =>
        {
            change(copy);
            return copy;
        },
        new WriteRequest()).Json;

    public static string Refusal(Func<JsonObject> write) => Assert.Throws<ApiException>(write).Message;
}
