using System.Text.RegularExpressions;
using ConsulPets.Sandbox.Api;
using ConsulPets.Sandbox.Store;

namespace ConsulPets.Sandbox.Faults;

/// <summary>A fault that is ordered: which calls, how many of them, and what happens to them. A field that is null says nothing about the call.</summary>
internal sealed record FaultRule
{
    /// <summary>The verbs, as <see cref="RequestInfo.Verb"/> has them; empty for any.</summary>
    public IReadOnlyList<string> Verbs { get; init; } = [];

    /// <summary>The API group; empty for the core group.</summary>
    public string? Group { get; init; }

    /// <summary>The kind.</summary>
    public ResourceKind? Kind { get; init; }

    /// <summary>The namespace; may have wildcards (<c>*</c>).</summary>
    public string? Namespace { get; init; }

    /// <summary>The name; may have wildcards.</summary>
    public string? Name { get; init; }

    /// <summary>The subresource; empty for calls of the object itself.</summary>
    public string? Subresource { get; init; }

    /// <summary>The whole path; may have wildcards, which go over slashes too.</summary>
    public string? Path { get; init; }

    /// <summary>How many of the calls pass first.</summary>
    public long Skip { get; init; }

    /// <summary>How many calls it happens to after that; null for all until it is removed.</summary>
    public long? Times { get; init; }

    /// <summary>What happens.</summary>
    public required FaultEffect Effect { get; init; }

    /// <summary>Whether a call is one of those meant.</summary>
    /// <param name="request">The call.</param>
    /// <returns>True if it is.</returns>
    public bool Matches(RequestInfo request)
    {
        ArgumentNullException.ThrowIfNull(request);
        return (Verbs.Count == 0 || Verbs.Contains(request.Verb, StringComparer.OrdinalIgnoreCase))
            && (Group is null || request.Kind?.Group == Group)
            && (Kind is null || request.Kind == Kind)
            && Fits(Namespace, request.Namespace)
            && Fits(Name, request.Name)
            && (Subresource is null || request.Subresource == Subresource)
            && Fits(Path, request.Path);
    }

    /// <summary>Whether it happens to a call that is one of those meant.</summary>
    /// <param name="seen">How many of them there were before.</param>
    /// <returns>True if it does.</returns>
    public bool IsDue(long seen) => seen >= Skip && (Times is null || seen - Skip < Times);

    /// <summary>Whether a text is as a pattern says, in which <c>*</c> stands for any text.</summary>
    /// <param name="pattern">The pattern; null fits all.</param>
    /// <param name="text">The text.</param>
    /// <returns>True if it is.</returns>
    internal static bool Fits(string? pattern, string text) => pattern is null
        || (pattern.Contains('*', StringComparison.Ordinal)
            ? Regex.IsMatch(text, $@"\A{Regex.Escape(pattern).Replace(@"\*", ".*", StringComparison.Ordinal)}\z", RegexOptions.Singleline | RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)
            : pattern == text);
}
