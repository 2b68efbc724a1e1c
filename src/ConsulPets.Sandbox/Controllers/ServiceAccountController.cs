using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using ConsulPets.Sandbox.Api;
using ConsulPets.Sandbox.Store;

namespace ConsulPets.Sandbox.Controllers;

/// <summary>Gives every namespace its default account and the cluster's authority.</summary>
internal sealed class ServiceAccountController : KeyedController
{
    private const string AuthorityMap = "kube-root-ca.crt";

    /// <summary>Makes one.</summary>
    /// <param name="context">What controllers share.</param>
    public ServiceAccountController(ControllerContext context)
        : base(context, "serviceaccount-controller")
    {
    }

    /// <inheritdoc/>
    protected override bool Wants(ObjectKey key) => key.Resource == "namespaces" || key is { Resource: "serviceaccounts", Name: "default" } || key is { Resource: "configmaps", Name: AuthorityMap };

    /// <inheritdoc/>
    protected override IEnumerable<ObjectKey> All() => Registry.List(ResourceKinds.Namespaces).Select(static item => item.Key);

    /// <inheritdoc/>
    protected override IEnumerable<ObjectKey> Concerned(Change change) =>
        [change.After.Key.Resource == "namespaces" ? change.After.Key : ResourceKinds.Namespaces.Key(string.Empty, change.After.Namespace)];

    /// <inheritdoc/>
    protected override TimeSpan? Sync(ObjectKey key)
    {
        if (Registry.Store.Get(key) is not { IsBeingDeleted: false } place)
        {
            return null;
        }

        if (Registry.Find(ResourceKinds.ServiceAccounts, place.Name, "default") is null)
        {
            Registry.Create(ResourceKinds.ServiceAccounts, place.Name, new JsonObject { ["metadata"] = new JsonObject { ["name"] = "default" } }, WriteRequest.Controller);
        }

        var data = new JsonObject { ["ca.crt"] = Context.AuthorityPem };
        StoredObject? known = Registry.Find(ResourceKinds.ConfigMaps, place.Name, AuthorityMap);
        if (known is null)
        {
            var annotations = new JsonObject
            {
                ["kubernetes.io/description"] =
                    "Contains a CA bundle that can be used to verify the kube-apiserver when using internal endpoints such as the internal service IP or kubernetes.default.svc. No other usage is guaranteed across distributions of Kubernetes clusters.",
            };
            Registry.Create(ResourceKinds.ConfigMaps, place.Name, new JsonObject { ["metadata"] = new JsonObject { ["name"] = AuthorityMap, ["annotations"] = annotations }, ["data"] = data }, WriteRequest.Controller);
        }
        else if (!JsonNode.DeepEquals(known.Json["data"], data))
        {
            Registry.Update(
                ResourceKinds.ConfigMaps,
                place.Name,
                AuthorityMap,
                json =>
                {
                    json["data"] = data.DeepClone();
                    return json;
                },
                WriteRequest.Controller);
        }

        return null;
    }
}

/// <summary>Fills the Secrets that ask for an account's token, and deletes them with the account.</summary>
internal sealed class TokenController : KeyedController
{
    /// <summary>The type of such a Secret.</summary>
    public const string TokenType = "kubernetes.io/service-account-token";

    private const string AccountName = "kubernetes.io/service-account.name";
    private const string AccountUid = "kubernetes.io/service-account.uid";

    /// <summary>Makes one.</summary>
    /// <param name="context">What controllers share.</param>
    public TokenController(ControllerContext context)
        : base(context, "tokens-controller")
    {
    }

    /// <inheritdoc/>
    protected override bool Wants(ObjectKey key) => key.Resource is "secrets" or "serviceaccounts";

    /// <inheritdoc/>
    protected override IEnumerable<ObjectKey> All() => Registry.List(ResourceKinds.Secrets).Where(IsToken).Select(static item => item.Key);

    /// <inheritdoc/>
    protected override IEnumerable<ObjectKey> Concerned(Change change) => change.After.Key.Resource == "secrets"
        ? IsToken(change.After) ? [change.After.Key] : []
        : Registry.List(ResourceKinds.Secrets, change.After.Namespace).Where(item => IsToken(item) && item.Json.Text("metadata", "annotations", AccountName) == change.After.Name).Select(static item => item.Key);

    /// <inheritdoc/>
    protected override TimeSpan? Sync(ObjectKey key)
    {
        if (Registry.Store.Get(key) is not { IsBeingDeleted: false } secret || !IsToken(secret))
        {
            return null;
        }

        StoredObject? account = Registry.Find(ResourceKinds.ServiceAccounts, secret.Namespace, secret.Json.Text("metadata", "annotations", AccountName) ?? string.Empty);
        string? uid = secret.Json.Text("metadata", "annotations", AccountUid);
        if (account is null || (uid is { Length: > 0 } && uid != account.Uid))
        {
            Registry.Delete(ResourceKinds.Secrets, secret.Namespace, secret.Name, new DeleteRequest(Uid: secret.Uid));
            return null;
        }

        try
        {
            Registry.Update(ResourceKinds.Secrets, secret.Namespace, secret.Name, json => Fill(json, account), WriteRequest.Controller);
        }
        catch (ApiException refused) when (refused.Code == 422)
        {
            Context.Log($"{Name}: {secret.Key}: {refused.Message}");
        }

        return null;
    }

    private static bool IsToken(StoredObject secret) => secret.Json.Text("type") == TokenType;

    private static string Base64(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text));

    private JsonObject Fill(JsonObject json, StoredObject account)
    {
        json.Make("metadata", "annotations")[AccountUid] = account.Uid;
        JsonObject data = json.Make("data");
        data["ca.crt"] = Base64(Context.AuthorityPem);
        data["namespace"] = Base64(account.Namespace);
        if (data.Text("token") is not { Length: > 0 })
        {
            data["token"] = Base64(NewToken());
        }

        return json;
    }

    // No signed token: the API finds it in the Secrets. Only letters that a header takes.
    private static string NewToken() => Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(48));
}
