using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using ConsulPets.Sandbox.Store;

namespace ConsulPets.Sandbox.Admission;

/// <summary>Rules of security contexts.</summary>
internal static partial class SecurityRules
{
    /// <summary>Judges a pod's.</summary>
    /// <param name="security">The security context; null for none.</param>
    /// <param name="path">Its path.</param>
    /// <param name="problems">Where what is wrong goes.</param>
    public static void CheckPod(JsonObject? security, string path, ProblemList problems)
    {
        CheckNumbers(security, path, problems, "fsGroup", "runAsUser", "runAsGroup");
        var seen = new HashSet<string>();
        foreach ((JsonObject setting, string at) in ProblemList.Each(security, path, "sysctls"))
        {
            string name = setting.Text("name") ?? string.Empty;
            if (name.Length == 0)
            {
                problems.Required($"{at}.name");
            }
            else if (name.Length > 253 || !SettingForm().IsMatch(name))
            {
                problems.Invalid($"{at}.name", GoText.Quote(name), "must have at most 253 characters and match regex ^([a-z0-9]([-_a-z0-9]*[a-z0-9])?[\\./])*[a-z0-9]([-_a-z0-9]*[a-z0-9])?$");
            }
            else if (!seen.Add(name))
            {
                problems.Duplicate($"{at}.name", GoText.Quote(name));
            }
        }

        if (security.Text("fsGroupChangePolicy") is { } policy)
        {
            problems.OneOf($"{path}.fsGroupChangePolicy", policy, "Always", "OnRootMismatch");
        }

        CheckSeccomp(security, path, problems);
    }

    /// <summary>Judges a container's.</summary>
    /// <param name="security">The security context; null for none.</param>
    /// <param name="path">Its path.</param>
    /// <param name="problems">Where what is wrong goes.</param>
    public static void CheckContainer(JsonObject? security, string path, ProblemList problems)
    {
        CheckNumbers(security, path, problems, "runAsUser", "runAsGroup");
        if (security.Text("procMount") is { } mount)
        {
            problems.OneOf($"{path}.procMount", mount, "Default", "Unmasked");
        }

        CheckSeccomp(security, path, problems);
        if (security.Truth("allowPrivilegeEscalation") == false)
        {
            if (security.Truth("privileged") == true)
            {
                problems.Invalid(path, GoText.Of(security), "cannot set `allowPrivilegeEscalation` to false and `privileged` to true");
            }

            if (security.Texts("capabilities", "add").Contains("CAP_SYS_ADMIN"))
            {
                problems.Invalid(path, GoText.Of(security), "cannot set `allowPrivilegeEscalation` to false and `capabilities.Add` CAP_SYS_ADMIN");
            }
        }
    }

    private static void CheckNumbers(JsonObject? security, string path, ProblemList problems, params ReadOnlySpan<string> fields)
    {
        foreach (string field in fields)
        {
            if (security.Number(field) is { } number and (< 0 or > PodRules.Highest))
            {
                problems.Invalid($"{path}.{field}", number, "must be between 0 and 2147483647, inclusive");
            }
        }
    }

    private static void CheckSeccomp(JsonObject? security, string path, ProblemList problems)
    {
        if (security.Part("seccompProfile") is not { } profile)
        {
            return;
        }

        string type = profile.Text("type") ?? string.Empty;
        string file = profile.Text("localhostProfile") ?? string.Empty;
        if (type == "Localhost" && file.Length == 0)
        {
            problems.Required($"{path}.seccompProfile.localhostProfile", "must be set when seccomp type is Localhost");
        }
        else if (type != "Localhost" && file.Length > 0)
        {
            problems.Invalid($"{path}.seccompProfile.localhostProfile", GoText.Quote(file), "can only be set when seccomp type is Localhost");
        }

        if (type.Length == 0)
        {
            problems.Required($"{path}.seccompProfile.type", "type is required when seccompProfile is set");
        }
        else
        {
            problems.OneOf($"{path}.seccompProfile.type", type, "Localhost", "RuntimeDefault", "Unconfined");
        }
    }

    [GeneratedRegex(@"^([a-z0-9]([-_a-z0-9]*[a-z0-9])?[\./])*[a-z0-9]([-_a-z0-9]*[a-z0-9])?\z", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex SettingForm();
}
