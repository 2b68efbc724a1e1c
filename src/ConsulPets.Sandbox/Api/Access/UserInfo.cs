using System.Text.Json.Nodes;

namespace ConsulPets.Sandbox.Api.Access;

/// <summary>Who asks.</summary>
/// <param name="Name">The name: <c>kubernetes-admin</c>, <c>system:serviceaccount:NAMESPACE:NAME</c>.</param>
/// <param name="Groups">The groups.</param>
/// <param name="Uid">The ID; null where there is none.</param>
/// <param name="IsAdministrator">Whether it is who holds the sandbox's own token or the administrator's certificate, who may also order faults.</param>
internal sealed record UserInfo(string Name, IReadOnlyList<string> Groups, string? Uid = null, bool IsAdministrator = false)
{
    /// <summary>The group that everybody is in who has shown who they are.</summary>
    public const string Authenticated = "system:authenticated";

    /// <summary>The group that may do everything.</summary>
    public const string Masters = "system:masters";

    /// <summary>The administrator.</summary>
    public static UserInfo Administrator { get; } = new("kubernetes-admin", [Masters, Authenticated], null, true);

    /// <summary>A service account.</summary>
    /// <param name="namespaceName">Its namespace.</param>
    /// <param name="name">Its name.</param>
    /// <param name="uid">Its ID; null when it does not matter.</param>
    /// <returns>The user.</returns>
    public static UserInfo ServiceAccount(string namespaceName, string name, string? uid) =>
        new($"system:serviceaccount:{namespaceName}:{name}", ["system:serviceaccounts", $"system:serviceaccounts:{namespaceName}", Authenticated], uid);

    /// <summary>As reviews show it.</summary>
    /// <returns>JSON.</returns>
    public JsonObject ToJson()
    {
        var json = new JsonObject { ["username"] = Name };
        if (Uid is not null)
        {
            json["uid"] = Uid;
        }

        json["groups"] = new JsonArray([.. Groups.Select(static group => (JsonNode)group)]);
        return json;
    }
}
