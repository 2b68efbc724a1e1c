using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Nodes;

namespace ConsulPets.Sandbox.Patching;

/// <summary>
/// A set of paths into an object, as <c>fieldsV1</c> writes it: a tree whose steps are <see cref="PathElement"/>s.
/// A path may be in the set while paths below it are not, and the other way round. It is built with <see cref="Add"/> and never changed after that.
/// </summary>
internal sealed class FieldSet
{
    private const string Itself = ".";

    private readonly Dictionary<string, Node> nodes = new(StringComparer.Ordinal);

    /// <summary>Whether no path is in it.</summary>
    public bool IsEmpty => nodes.Count == 0;

    /// <summary>All paths: those that end at a level before those that go deeper, in the API server's order.</summary>
    public IEnumerable<IReadOnlyList<string>> Paths => PathsBelow([]);

    /// <summary>Makes a set of paths of fields.</summary>
    /// <param name="paths">The paths: <c>metadata.name</c>.</param>
    /// <returns>The set.</returns>
    public static FieldSet OfFields(params ReadOnlySpan<string> paths)
    {
        var set = new FieldSet();
        foreach (string path in paths)
        {
            set.Add([.. path.Split('.').Select(PathElement.Field)]);
        }

        return set;
    }

    /// <summary>Reads a set.</summary>
    /// <param name="fields">The <c>fieldsV1</c>.</param>
    /// <returns>The set.</returns>
    /// <exception cref="FormatException">It is none.</exception>
    public static FieldSet Parse(JsonObject fields)
    {
        var set = new FieldSet();
        foreach ((string step, JsonNode? value) in fields)
        {
            if (step == Itself)
            {
                continue;
            }

            if (value is not JsonObject below || !PathElement.IsStep(step))
            {
                throw new FormatException($"'{step}' is no part of a set of fields.");
            }

            FieldSet children = Parse(below);
            set.Put(step, children.IsEmpty || below.ContainsKey(Itself), children);
        }

        return set;
    }

    /// <summary>Adds a path.</summary>
    /// <param name="path">The steps; none adds nothing, since nobody owns an object as a whole.</param>
    public void Add(ReadOnlySpan<string> path)
    {
        FieldSet at = this;
        for (int step = 0; step < path.Length; step++)
        {
            bool isLast = step == path.Length - 1;
            _ = at.nodes.TryGetValue(path[step], out Node node);
            if (isLast)
            {
                at.nodes[path[step]] = node with { IsMember = true };
                return;
            }

            if (node.Below is null)
            {
                at.nodes[path[step]] = node = node with { Below = new FieldSet() };
            }

            at = node.Below!;
        }
    }

    /// <summary>Whether a path of one step is in it.</summary>
    /// <param name="step">The step.</param>
    /// <returns>True or false.</returns>
    public bool Has(string step) => nodes.TryGetValue(step, out Node node) && node.IsMember;

    /// <summary>The paths below a step.</summary>
    /// <param name="step">The step.</param>
    /// <param name="below">The set of what follows the step; never empty.</param>
    /// <returns>Whether there are any.</returns>
    public bool TryBelow(string step, [NotNullWhen(true)] out FieldSet? below)
    {
        below = nodes.TryGetValue(step, out Node node) ? node.Below : null;
        return below is not null;
    }

    /// <summary>Whether a path is in it and in a set that has not been read yet, which is quicker to find out than to read it.</summary>
    /// <param name="fields">The other set's <c>fieldsV1</c>.</param>
    /// <returns>True or false.</returns>
    public bool Meets(JsonObject fields)
    {
        foreach ((string step, Node node) in nodes)
        {
            if (fields[step] is JsonObject below
                && ((node.IsMember && (below.Count == 0 || below.ContainsKey(Itself))) || (node.Below is not null && node.Below.Meets(below))))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>The paths that are in either.</summary>
    /// <param name="other">The other set.</param>
    /// <returns>A set.</returns>
    public FieldSet Union(FieldSet other)
    {
        if (other.IsEmpty)
        {
            return this;
        }

        var set = new FieldSet();
        foreach ((string step, Node node) in nodes)
        {
            Node right = other.nodes.GetValueOrDefault(step);
            set.Put(step, node.IsMember || right.IsMember, node.Below is null ? right.Below : right.Below is null ? node.Below : node.Below.Union(right.Below));
        }

        foreach ((string step, Node node) in other.nodes)
        {
            _ = set.nodes.TryAdd(step, node);
        }

        return set;
    }

    /// <summary>The paths that are in both.</summary>
    /// <param name="other">The other set.</param>
    /// <returns>A set.</returns>
    public FieldSet Intersection(FieldSet other)
    {
        var set = new FieldSet();
        foreach ((string step, Node node) in nodes)
        {
            if (other.nodes.TryGetValue(step, out Node right))
            {
                set.Put(step, node.IsMember && right.IsMember, node.Below is null || right.Below is null ? null : node.Below.Intersection(right.Below));
            }
        }

        return set;
    }

    /// <summary>The paths that are in this one and not in the other.</summary>
    /// <param name="other">The other set.</param>
    /// <param name="isDeep">Whether a path in the other stands for all that is below it too.</param>
    /// <returns>A set; this one when they have nothing in common.</returns>
    public FieldSet Difference(FieldSet other, bool isDeep = false)
    {
        if (!nodes.Keys.Any(other.nodes.ContainsKey))
        {
            return this;
        }

        var set = new FieldSet();
        foreach ((string step, Node node) in nodes)
        {
            Node right = other.nodes.GetValueOrDefault(step);
            if (!isDeep || !right.IsMember)
            {
                set.Put(step, node.IsMember && !right.IsMember, node.Below is null || right.Below is null ? node.Below : node.Below.Difference(right.Below, isDeep));
            }
        }

        return set;
    }

    /// <summary>The set with every field on the way to one of its paths: whoever owns a field of <c>spec</c> has <c>spec</c>.</summary>
    /// <returns>A set.</returns>
    public FieldSet WithParents()
    {
        var set = new FieldSet();
        foreach ((string step, Node node) in nodes)
        {
            set.Put(step, node.IsMember || PathElement.IsField(step, out _), node.Below?.WithParents());
        }

        return set;
    }

    /// <summary>Whether two sets have the same paths.</summary>
    /// <param name="other">The other.</param>
    /// <returns>True or false.</returns>
    public bool IsSame(FieldSet other) =>
        ReferenceEquals(this, other)
        || (nodes.Count == other.nodes.Count
            && nodes.All(pair => other.nodes.TryGetValue(pair.Key, out Node right)
                && pair.Value.IsMember == right.IsMember
                && (pair.Value.Below is null ? right.Below is null : right.Below is not null && pair.Value.Below.IsSame(right.Below))));

    /// <summary>Writes it.</summary>
    /// <returns>The <c>fieldsV1</c>.</returns>
    public JsonObject Print()
    {
        var fields = new JsonObject();
        foreach (string step in nodes.Keys.Order(PathElement.Order))
        {
            Node node = nodes[step];
            JsonObject below = node.Below?.Print() ?? [];
            if (node.IsMember && node.Below is not null)
            {
                below.Insert(0, Itself, new JsonObject());
            }

            fields[step] = below;
        }

        return fields;
    }

    private void Put(string step, bool isMember, FieldSet? below)
    {
        if (below is { IsEmpty: true })
        {
            below = null;
        }

        if (isMember || below is not null)
        {
            nodes[step] = new Node(isMember, below);
        }
    }

    private IEnumerable<IReadOnlyList<string>> PathsBelow(IReadOnlyList<string> start)
    {
        string[] steps = [.. nodes.Keys.Order(PathElement.Order)];
        foreach (string step in steps.Where(Has))
        {
            yield return [.. start, step];
        }

        foreach (string step in steps)
        {
            foreach (IReadOnlyList<string> path in nodes[step].Below?.PathsBelow([.. start, step]) ?? [])
            {
                yield return path;
            }
        }
    }

    private readonly record struct Node(bool IsMember, FieldSet? Below);
}
