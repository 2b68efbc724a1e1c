using System.Globalization;
using ConsulPets.Sandbox.Api;

namespace ConsulPets.Sandbox.Faults;

/// <summary>A fault that was ordered, and how often it happened.</summary>
/// <param name="Id">Its number, as text.</param>
/// <param name="Rule">The order.</param>
/// <param name="Seen">How many calls there were that it means, those that it let pass included.</param>
/// <param name="Hits">How many calls it happened to.</param>
internal sealed record OrderedFault(string Id, FaultRule Rule, long Seen, long Hits)
{
    /// <summary>How many calls it will still happen to; null when it ends only by being removed.</summary>
    public long? Remaining => Rule.Times - Hits;
}

/// <summary>The faults that are ordered, in the order of their ordering. One that has run out stays, with its counts, until it is removed. All members may be called by any thread.</summary>
internal sealed class FaultRules
{
    private readonly Lock gate = new();
    private readonly List<Entry> entries = [];
    private long lastId;
    private volatile bool isEmpty = true;

    /// <summary>Orders a fault.</summary>
    /// <param name="rule">The fault.</param>
    /// <returns>The fault as it is kept.</returns>
    public OrderedFault Add(FaultRule rule)
    {
        ArgumentNullException.ThrowIfNull(rule);
        lock (gate)
        {
            var entry = new Entry((++lastId).ToString(CultureInfo.InvariantCulture), rule);
            entries.Add(entry);
            isEmpty = false;
            return entry.Shown;
        }
    }

    /// <summary>All faults, with their counts.</summary>
    /// <returns>The faults, in order.</returns>
    public IReadOnlyList<OrderedFault> List()
    {
        lock (gate)
        {
            return [.. entries.Select(static entry => entry.Shown)];
        }
    }

    /// <summary>Removes a fault.</summary>
    /// <param name="id">Its ID.</param>
    /// <returns>The fault with its last counts; null when there is none of that ID.</returns>
    public OrderedFault? Remove(string id)
    {
        lock (gate)
        {
            int index = entries.FindIndex(entry => entry.Id == id);
            if (index < 0)
            {
                return null;
            }

            OrderedFault removed = entries[index].Shown;
            entries.RemoveAt(index);
            isEmpty = entries.Count == 0;
            return removed;
        }
    }

    /// <summary>Removes all faults.</summary>
    /// <returns>How many there were.</returns>
    public int Clear()
    {
        lock (gate)
        {
            int count = entries.Count;
            entries.Clear();
            isEmpty = true;
            return count;
        }
    }

    /// <summary>Counts a call and says what happens to it: the effects of all faults that are due, up to the first that ends the call. The faults behind that one do not see it.</summary>
    /// <param name="request">The call.</param>
    /// <returns>The faults that happen, in order.</returns>
    public IReadOnlyList<FaultRule> Take(RequestInfo request)
    {
        // Nearly every call, and no reason to make them wait for each other.
        if (isEmpty)
        {
            return [];
        }

        lock (gate)
        {
            List<FaultRule> due = [];
            foreach (Entry entry in entries.Where(entry => entry.Rule.Matches(request)))
            {
                if (!entry.Rule.IsDue(entry.Seen++))
                {
                    continue;
                }

                entry.Hits++;
                due.Add(entry.Rule);
                if (entry.Rule.Effect.EndsCall)
                {
                    break;
                }
            }

            return due;
        }
    }

    private sealed class Entry(string id, FaultRule rule)
    {
        public string Id { get; } = id;

        public FaultRule Rule { get; } = rule;

        public long Seen { get; set; }

        public long Hits { get; set; }

        public OrderedFault Shown => new(Id, Rule, Seen, Hits);
    }
}
