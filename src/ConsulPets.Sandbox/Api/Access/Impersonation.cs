using ConsulPets.Sandbox.Store;
using Microsoft.AspNetCore.Http;

namespace ConsulPets.Sandbox.Api.Access;

/// <summary>Acting as somebody else (<c>kubectl --as</c>). A server that ignored the headers would do as the caller what was to be tried as somebody with fewer rights.</summary>
internal static class Impersonation
{
    private const string ServiceAccountPrefix = "system:serviceaccount:";

    /// <summary>Tells as whom a request is to be done.</summary>
    /// <param name="user">Who asks.</param>
    /// <param name="headers">The headers.</param>
    /// <param name="access">Decides.</param>
    /// <returns>The user that counts from now on.</returns>
    /// <exception cref="ApiException">It is not allowed.</exception>
    public static UserInfo Apply(UserInfo user, IHeaderDictionary headers, RoleBasedAccess access)
    {
        ArgumentNullException.ThrowIfNull(user);
        ArgumentNullException.ThrowIfNull(headers);
        ArgumentNullException.ThrowIfNull(access);
        string name = headers["Impersonate-User"].ToString();
        string[] groups = [.. headers["Impersonate-Group"].OfType<string>()];
        if (name.Length == 0)
        {
            return groups.Length == 0 ? user : throw Refusals.Internal("requested [{Group  " + string.Join(' ', groups) + "    }] without impersonating a user");
        }

        string[] account = name.StartsWith(ServiceAccountPrefix, StringComparison.Ordinal) ? name[ServiceAccountPrefix.Length..].Split(':') : [];
        access.Require(user, account is [var place, var accountName]
            ? Right(ResourceKinds.ServiceAccounts.Plural, place, accountName)
            : Right("users", string.Empty, name));
        foreach (string group in groups)
        {
            access.Require(user, Right("groups", string.Empty, group));
        }

        return account is [var accountPlace, var accountOwnName] && groups.Length == 0
            ? UserInfo.ServiceAccount(accountPlace, accountOwnName, null)
            : new UserInfo(name, [.. groups.Append(UserInfo.Authenticated).Distinct()]);
    }

    private static AccessRequest Right(string resource, string namespaceName, string name) =>
        new("impersonate", string.Empty, string.Empty, resource, string.Empty, namespaceName, name, string.Empty);
}
