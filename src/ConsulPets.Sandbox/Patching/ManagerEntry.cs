using System.Globalization;
using System.Text.Json.Nodes;
using ConsulPets.Sandbox.Store;

namespace ConsulPets.Sandbox.Patching;

/// <summary>An entry of <c>metadata.managedFields</c>. It never changes.</summary>
internal sealed class ManagerEntry
{
    /// <summary>Updates by more managers than this are put together (k8s.io/apimachinery, util/managedfields: DefaultMaxUpdateManagers).</summary>
    private const int MostUpdates = 10;

    private const string FieldsName = "fieldsV1";

    private const string Oldest = "ancient-changes";

    // Where it was read: its fields are read when they are asked for, since most writes have to do with few of the entries.
    private readonly JsonObject? source;
    private FieldSet? fields;

    private ManagerEntry(string manager, bool isApply, string apiVersion, string? subresource, string? time, FieldSet? fields, JsonObject? source)
    {
        Manager = manager;
        IsApply = isApply;
        ApiVersion = apiVersion;
        Subresource = subresource is { Length: > 0 } ? subresource : null;
        Time = time;
        this.fields = fields;
        this.source = source;
    }

    /// <summary>The field manager's name.</summary>
    public string Manager { get; }

    /// <summary>Whether it applied the fields, rather than updating them.</summary>
    public bool IsApply { get; }

    /// <summary>The version written in.</summary>
    public string ApiVersion { get; }

    /// <summary>The subresource written through; null for the object itself.</summary>
    public string? Subresource { get; }

    /// <summary>When, as the object says it; null where it does not.</summary>
    public string? Time { get; }

    /// <summary>What is its.</summary>
    public FieldSet Fields => fields ??= FieldSet.Parse(source.Part(FieldsName) ?? []);

    /// <summary>Whether nothing is.</summary>
    public bool IsEmpty => fields?.IsEmpty ?? source.Part(FieldsName) is not { Count: > 0 };

    /// <summary>As messages name it: <c>"gitops"</c>, <c>"kubectl" with subresource "scale" using apps/v1</c>.</summary>
    public string Title =>
        $"{JsonValue.Create(Manager).ToJsonString(JsonText.Options)}{(Subresource is null ? string.Empty : $" with subresource \"{Subresource}\"")}{(IsApply ? string.Empty : $" using {ApiVersion}")}";

    // A manager that applies is the same in whatever version it does.
    private (string, bool, string?, string?) Identity => (Manager, IsApply, Subresource, IsApply ? null : ApiVersion);

    /// <summary>The entry that a write makes.</summary>
    /// <param name="write">The write.</param>
    /// <param name="isApply">Whether it applies.</param>
    /// <param name="fields">What is its.</param>
    /// <returns>The entry.</returns>
    public static ManagerEntry Of(FieldWrite write, bool isApply, FieldSet fields) => new(
        write.Manager.Length == 0 ? "unknown" : write.Manager, isApply, write.ApiVersion, write.Subresource, JsonText.Timestamp(write.Time), fields, null);

    /// <summary>Reads the entries of an object.</summary>
    /// <param name="json">The object; null for none.</param>
    /// <param name="isTrusted">Whether the API server wrote them; those of a client are read at once, to see whether they make sense.</param>
    /// <returns>The entries, of which none is empty; null when they make no sense.</returns>
    public static List<ManagerEntry>? Read(JsonObject? json, bool isTrusted)
    {
        List<ManagerEntry> entries = [];
        if (json.At("metadata", "managedFields") is not JsonArray list)
        {
            return entries;
        }

        foreach (JsonNode? item in list)
        {
            if (ReadOne(item, isTrusted) is not { } entry)
            {
                return null;
            }

            entries.RemoveAll(entry.IsSameManager);
            entries.Add(entry);
        }

        return entries;
    }

    /// <summary>Writes entries into an object.</summary>
    /// <param name="json">The object; changed in place.</param>
    /// <param name="entries">The entries; of none, the list is removed.</param>
    public static void Write(JsonObject json, IReadOnlyCollection<ManagerEntry> entries)
    {
        JsonObject metadata = json.Make("metadata");
        ManagerEntry[] kept = [.. entries.Where(static entry => !entry.IsEmpty)
            .OrderBy(static entry => !entry.IsApply)
            .ThenBy(static entry => entry.Seconds)
            .ThenBy(static entry => entry.Manager, StringComparer.Ordinal)
            .ThenBy(static entry => entry.ApiVersion, StringComparer.Ordinal)
            .ThenBy(static entry => entry.Subresource, StringComparer.Ordinal)];
        if (kept.Length == 0)
        {
            metadata.Remove("managedFields");
        }
        else
        {
            metadata["managedFields"] = new JsonArray([.. kept.Select(static entry => (JsonNode)entry.Print())]);
        }
    }

    /// <summary>Puts the oldest updates together when there are too many.</summary>
    /// <param name="entries">The entries; changed in place.</param>
    public static void Cap(List<ManagerEntry> entries)
    {
        int excess = entries.Count(static entry => !entry.IsApply) - MostUpdates;
        if (excess <= 0)
        {
            return;
        }

        ManagerEntry[] updates = [.. entries.Where(static entry => !entry.IsApply)
            .OrderBy(static entry => entry.Seconds)
            .ThenBy(static entry => entry.Manager, StringComparer.Ordinal)];
        Dictionary<string, ManagerEntry> buckets = new(StringComparer.Ordinal);
        foreach (ManagerEntry update in updates)
        {
            if (excess <= 0)
            {
                break;
            }

            if (!buckets.TryGetValue(update.ApiVersion, out ManagerEntry? bucket))
            {
                buckets[update.ApiVersion] = update;
                continue;
            }

            entries.Remove(bucket);
            entries.Remove(update);
            buckets[update.ApiVersion] = bucket = new ManagerEntry(Oldest, false, update.ApiVersion, null, update.Time, bucket.Fields.Union(update.Fields), null);
            entries.RemoveAll(bucket.IsSameManager);
            entries.Add(bucket);
            excess--;
        }
    }

    /// <summary>The same manager with other fields.</summary>
    /// <param name="own">What is its.</param>
    /// <param name="time">When.</param>
    /// <returns>The entry.</returns>
    public ManagerEntry With(FieldSet own, string? time) => new(Manager, IsApply, ApiVersion, Subresource, time, own, null);

    /// <summary>Whether any of some fields is its.</summary>
    /// <param name="some">The fields.</param>
    /// <returns>True or false.</returns>
    public bool Has(FieldSet some) => fields is not null || source.Part(FieldsName) is not { } unread ? !Fields.Intersection(some).IsEmpty : some.Meets(unread);

    /// <summary>Whether two entries are of the same manager, writing in the same way.</summary>
    /// <param name="other">The other.</param>
    /// <returns>True or false.</returns>
    public bool IsSameManager(ManagerEntry other) => Identity == other.Identity;

    /// <summary>Whether two lists of entries say the same, the times aside.</summary>
    /// <param name="left">One.</param>
    /// <param name="right">The other.</param>
    /// <returns>True or false.</returns>
    public static bool AreSame(IReadOnlyCollection<ManagerEntry> left, IReadOnlyCollection<ManagerEntry> right)
    {
        ManagerEntry[] first = [.. left.Where(static entry => !entry.IsEmpty)];
        ManagerEntry[] second = [.. right.Where(static entry => !entry.IsEmpty)];
        return first.Length == second.Length
            && first.All(entry => Array.Exists(second, other => entry.IsSameManager(other) && entry.ApiVersion == other.ApiVersion && entry.Fields.IsSame(other.Fields)));
    }

    private long Seconds => DateTimeOffset.TryParse(Time, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out DateTimeOffset time) ? time.ToUnixTimeSeconds() : 0;

    private static ManagerEntry? ReadOne(JsonNode? item, bool isTrusted)
    {
        if (item is not JsonObject json || json.Text("apiVersion") is not { Length: > 0 } version || json.Text("operation") is not ("Apply" or "Update") || json.Text("fieldsType") != "FieldsV1")
        {
            return null;
        }

        try
        {
            FieldSet? fields = isTrusted ? null : FieldSet.Parse(json.Part(FieldsName) ?? []);
            return new ManagerEntry(json.Text("manager") ?? string.Empty, json.Text("operation") == "Apply", version, json.Text("subresource"), json.Text("time"), fields, isTrusted ? json : null);
        }
        catch (FormatException)
        {
            return null;
        }
    }

    private JsonObject Print()
    {
        if (source is not null)
        {
            return (JsonObject)source.DeepClone();
        }

        var json = new JsonObject
        {
            ["manager"] = Manager,
            ["operation"] = IsApply ? "Apply" : "Update",
            ["apiVersion"] = ApiVersion,
        };
        if (Time is not null)
        {
            json["time"] = Time;
        }

        json["fieldsType"] = "FieldsV1";
        json[FieldsName] = Fields.Print();
        if (Subresource is not null)
        {
            json["subresource"] = Subresource;
        }

        return json;
    }
}
