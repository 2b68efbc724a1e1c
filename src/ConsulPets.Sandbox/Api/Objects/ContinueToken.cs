using System.Buffers.Text;
using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using ConsulPets.Sandbox.Api.Wire;
using ConsulPets.Sandbox.Store;

namespace ConsulPets.Sandbox.Api.Objects;

/// <summary>Where a page of a list ended. Looks as the real one's (k8s.io/apiserver, storage/continue.go), though clients are told not to look.</summary>
/// <param name="Revision">The revision of the list; -1 for a list that goes on with what is there now.</param>
/// <param name="Start">The key before which the next page begins: the last object's <c>namespace/name</c>, and a zero.</param>
internal sealed record ContinueToken(long Revision, string Start)
{
    /// <summary>Reads one.</summary>
    /// <param name="text">The text.</param>
    /// <returns>The token.</returns>
    /// <exception cref="ApiException">It is none.</exception>
    public static ContinueToken Parse(string text)
    {
        try
        {
            return JsonBody.Parse(Base64Url.DecodeFromChars(text), []) is JsonObject json
                && json.Text("v") == "meta.k8s.io/v1" && json.Number("rv") is { } revision && json.Text("start") is { Length: > 0 } start
                ? new ContinueToken(revision, start)
                : throw Invalid("server version too old or token from another server");
        }
        catch (Exception exception) when (exception is FormatException or JsonException)
        {
            throw Invalid(exception.Message);
        }
    }

    /// <summary>The token after an object.</summary>
    /// <param name="revision">The revision of the list.</param>
    /// <param name="last">The last object of the page.</param>
    /// <returns>The token.</returns>
    public static ContinueToken After(long revision, StoredObject last)
    {
        ArgumentNullException.ThrowIfNull(last);
        return new ContinueToken(revision, last.Key + "\0");
    }

    /// <summary>Whether an object belongs to what comes after.</summary>
    /// <param name="item">The object.</param>
    /// <returns>True when it does.</returns>
    public bool IsBefore(StoredObject item)
    {
        ArgumentNullException.ThrowIfNull(item);
        string end = Start.TrimEnd('\0');
        int slash = end.IndexOf('/', StringComparison.Ordinal);
        string place = slash < 0 ? string.Empty : end[..slash];

        // The store's order: by namespace, then by name.
        int order = string.CompareOrdinal(item.Namespace, place);
        return order > 0 || (order == 0 && string.CompareOrdinal(item.Name, end[(slash + 1)..]) > 0);
    }

    /// <summary>As it is sent.</summary>
    /// <returns>The text.</returns>
    public override string ToString() => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(
        new JsonObject { ["v"] = "meta.k8s.io/v1", ["rv"] = Revision, ["start"] = Start }.ToJsonString(JsonText.Options)));

    private static ApiException Invalid(string why) => ApiException.BadRequest(string.Create(CultureInfo.InvariantCulture, $"continue key is not valid: {why}"));
}
