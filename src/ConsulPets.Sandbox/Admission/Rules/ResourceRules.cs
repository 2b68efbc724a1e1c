using System.Text.Json.Nodes;
using ConsulPets.Sandbox.Store;

namespace ConsulPets.Sandbox.Admission;

/// <summary>Rules of what containers ask for.</summary>
internal static class ResourceRules
{
    private static readonly string[] ContainerResources = ["cpu", "memory", "ephemeral-storage"];

    // Of a namespace's quota, a volume or a node: standard, but not a container's.
    private static readonly string[] OtherResources = ["storage", "pods", "services", "secrets", "configmaps", "requests.cpu", "requests.memory", "limits.cpu", "limits.memory"];

    /// <summary>Judges a container's resources.</summary>
    /// <param name="resources">The resources; null for none.</param>
    /// <param name="path">Their path.</param>
    /// <param name="problems">Where what is wrong goes.</param>
    public static void Check(JsonObject? resources, string path, ProblemList problems)
    {
        foreach (string list in (ReadOnlySpan<string>)["limits", "requests"])
        {
            foreach ((string name, JsonNode? amount) in resources.Part(list) ?? [])
            {
                CheckAmount(name, amount, $"{path}.{list}[{name}]", problems);
            }
        }

        foreach ((string name, JsonNode? amount) in resources.Part("requests") ?? [])
        {
            if (Quantity.Read(amount) is not { } request)
            {
                continue;
            }

            if (Quantity.Read(resources.At("limits", name)) is { } limit)
            {
                bool isShared = !IsExtended(name) && !IsHugePages(name);
                if (isShared && request.Billionths > limit.Billionths)
                {
                    problems.Invalid($"{path}.requests", GoText.Quote(request.ToString()), $"must be less than or equal to {name} limit of {limit}");
                }
                else if (!isShared && request.Billionths != limit.Billionths)
                {
                    problems.Invalid($"{path}.requests", GoText.Quote(request.ToString()), $"must be equal to {name} limit of {limit}");
                }
            }
            else if (IsExtended(name) || IsHugePages(name))
            {
                problems.Required($"{path}.limits", "Limit must be set for non overcommitable resources");
            }
        }
    }

    private static void CheckAmount(string name, JsonNode? amount, string path, ProblemList problems)
    {
        problems.InvalidText(path, name, NameRules.Qualified(name));
        if (!name.Contains('/', StringComparison.Ordinal))
        {
            bool isContainers = ContainerResources.Contains(name) || IsHugePages(name);
            if (!isContainers && !OtherResources.Contains(name))
            {
                problems.Invalid(path, GoText.Quote(name), "must be a standard resource type or fully qualified");
            }

            if (!isContainers)
            {
                problems.Invalid(path, GoText.Quote(name), "must be a standard resource for containers");
            }
        }

        if (Quantity.Read(amount) is not { } quantity)
        {
            return;
        }

        if (quantity.Billionths.Sign < 0)
        {
            problems.Invalid(path, GoText.Quote(quantity.ToString()), "must be greater than or equal to 0");
        }

        if (IsExtended(name) && !quantity.IsWhole)
        {
            problems.Invalid(path, GoText.Quote(quantity.ToString()), "must be an integer");
        }
    }

    private static bool IsHugePages(string name) => name.StartsWith("hugepages-", StringComparison.Ordinal);

    private static bool IsExtended(string name) => name.Contains('/', StringComparison.Ordinal) && !name.StartsWith("kubernetes.io/", StringComparison.Ordinal);
}
