using System.Text.Json.Nodes;
using ConsulPets.Sandbox.Store;

namespace ConsulPets.Sandbox.Api.Access;

/// <summary>Answers questions about rights and identities: the groups <c>authorization.k8s.io</c> and <c>authentication.k8s.io</c>. Nothing of them is stored.</summary>
internal sealed class AccessReviews
{
    private readonly RoleBasedAccess access;
    private readonly Authenticator authenticator;
    private readonly TimeProvider clock;

    /// <summary>Makes one.</summary>
    /// <param name="access">Decides on rights.</param>
    /// <param name="authenticator">Decides on tokens.</param>
    /// <param name="clock">The time.</param>
    public AccessReviews(RoleBasedAccess access, Authenticator authenticator, TimeProvider clock)
    {
        this.access = access;
        this.authenticator = authenticator;
        this.clock = clock;
    }

    /// <summary>Answers a review.</summary>
    /// <param name="kind">The kind of review.</param>
    /// <param name="namespaceName">The namespace in the path; empty for none.</param>
    /// <param name="user">Who asks.</param>
    /// <param name="review">The review; changed in place.</param>
    /// <returns>The review with its status.</returns>
    public JsonObject Answer(ReviewKind kind, string namespaceName, UserInfo user, JsonObject review)
    {
        ArgumentNullException.ThrowIfNull(kind);
        ArgumentNullException.ThrowIfNull(user);
        ArgumentNullException.ThrowIfNull(review);
        JsonObject spec = review.Make("spec");
        review["status"] = kind.Kind switch
        {
            "SelfSubjectAccessReview" => Decision(kind, user, spec),
            "SubjectAccessReview" or "LocalSubjectAccessReview" => Decision(kind, Subject(kind, spec), InPlace(kind, spec, namespaceName)),
            "SelfSubjectRulesReview" => Rules(user, spec.Text("namespace") ?? string.Empty),
            "SelfSubjectReview" => new JsonObject { ["userInfo"] = user.ToJson() },
            _ => Identity(spec),
        };
        review["kind"] = kind.Kind;
        review["apiVersion"] = $"{kind.Group}/{kind.Version}";
        JsonObject metadata = review.Make("metadata");
        metadata["creationTimestamp"] = kind.Kind == "SelfSubjectReview" ? JsonText.Timestamp(clock.GetUtcNow()) : null;
        return review;
    }

    private JsonObject Decision(ReviewKind kind, UserInfo subject, JsonObject spec)
    {
        AccessRequest asked = Asked(kind, spec);
        string? why = access.Why(subject, asked);
        var status = new JsonObject { ["allowed"] = why is not null };
        if (!string.IsNullOrEmpty(why))
        {
            status["reason"] = why;
        }

        return status;
    }

    private static AccessRequest Asked(ReviewKind kind, JsonObject spec)
    {
        JsonObject? resource = spec.Part("resourceAttributes");
        JsonObject? path = spec.Part("nonResourceAttributes");
        if (resource is null == path is null)
        {
            string message = resource is null
                ? "Invalid value: \"null\": exactly one of nonResourceAttributes or resourceAttributes must be specified"
                : "Invalid value: \"\": cannot be specified in combination with resourceAttributes";
            throw Refusals.InvalidOptions(
                kind.Kind, new FieldProblem("FieldValueInvalid", resource is null ? "spec.resourceAttributes" : "spec.nonResourceAttributes", message), kind.Group);
        }

        return resource is null
            ? AccessRequest.OfPath(path.Text("verb") ?? string.Empty, path.Text("path") ?? string.Empty)
            : new AccessRequest(
                resource.Text("verb") ?? string.Empty,
                resource.Text("group") ?? string.Empty,
                resource.Text("version") ?? string.Empty,
                resource.Text("resource") ?? string.Empty,
                resource.Text("subresource") ?? string.Empty,
                resource.Text("namespace") ?? string.Empty,
                resource.Text("name") ?? string.Empty,
                string.Empty);
    }

    private static UserInfo Subject(ReviewKind kind, JsonObject spec)
    {
        string name = spec.Text("user") ?? string.Empty;
        string[] groups = [.. spec.Texts("groups")];
        return name.Length > 0 || groups.Length > 0
            ? new UserInfo(name, groups)
            : throw Refusals.InvalidOptions(kind.Kind, new FieldProblem("FieldValueInvalid", "spec.user", "Invalid value: \"\": at least one of user or group must be specified"), kind.Group);
    }

    private static JsonObject InPlace(ReviewKind kind, JsonObject spec, string namespaceName)
    {
        if (kind.IsNamespaced && spec.Text("resourceAttributes", "namespace") != namespaceName)
        {
            throw ApiException.BadRequest($"spec.resourceAttributes.namespace must match namespace: {namespaceName}");
        }

        return spec;
    }

    private JsonObject Rules(UserInfo user, string namespaceName)
    {
        if (namespaceName.Length == 0)
        {
            throw ApiException.BadRequest("no namespace on request");
        }

        JsonObject[] rules = [.. access.Rules(user, namespaceName).Select(static found => (JsonObject)found.Rule.DeepClone())];
        return new JsonObject
        {
            ["resourceRules"] = new JsonArray([.. rules.Where(static rule => rule["resources"] is not null)]),
            ["nonResourceRules"] = new JsonArray([.. rules.Where(static rule => rule["nonResourceURLs"] is not null)]),
            ["incomplete"] = false,
        };
    }

    private JsonObject Identity(JsonObject spec)
    {
        string[] audiences = [.. spec.Texts("audiences")];
        string token = spec.Text("token") ?? string.Empty;
        foreach (string audience in audiences.Length == 0 ? [ServiceAccountTokens.Issuer] : audiences)
        {
            if (token.Length > 0 && authenticator.OfToken(token, audience) is { } user)
            {
                return new JsonObject { ["authenticated"] = true, ["user"] = user.ToJson(), ["audiences"] = new JsonArray(audience) };
            }
        }

        return new JsonObject { ["user"] = new JsonObject(), ["error"] = "invalid bearer token" };
    }
}
