using System.Globalization;
using System.Text.Json.Nodes;
using ConsulPets.Sandbox.Api.Objects;
using ConsulPets.Sandbox.Store;

namespace ConsulPets.Sandbox.Api.Tables;

/// <summary>Makes the tables that kubectl prints (Kubernetes documentation, API Concepts, receiving resources as Tables).</summary>
internal static class TableWriter
{
    /// <summary>A table.</summary>
    /// <param name="view">The kind, and what of the objects the rows have.</param>
    /// <param name="items">The objects.</param>
    /// <param name="metadata">The table's metadata.</param>
    /// <param name="withColumns">Whether it names its columns.</param>
    /// <returns>JSON.</returns>
    public static JsonObject Table(ObjectView view, IReadOnlyList<StoredObject> items, JsonObject metadata, bool withColumns)
    {
        ArgumentNullException.ThrowIfNull(view);
        TableColumns columns = TableColumns.Of(view.Kind);
        DateTimeOffset now = view.Clock.GetUtcNow();
        return new JsonObject
        {
            ["kind"] = "Table",
            ["apiVersion"] = "meta.k8s.io/v1",
            ["metadata"] = metadata,
            ["columnDefinitions"] = withColumns ? new JsonArray([.. columns.Columns.Select(static column => (JsonNode)column.ToJson())]) : null,
            ["rows"] = new JsonArray([.. items.Select(item => (JsonNode)Row(view, columns, item, now))]),
        };
    }

    /// <summary>The metadata of a list or table.</summary>
    /// <param name="resourceVersion">The revision.</param>
    /// <param name="continueToken">Where the next page begins; null for none.</param>
    /// <param name="remaining">How many come after; null when it is not told.</param>
    /// <returns>JSON.</returns>
    public static JsonObject Metadata(string? resourceVersion, string? continueToken, long? remaining)
    {
        var metadata = new JsonObject { ["resourceVersion"] = resourceVersion };
        if (continueToken is not null)
        {
            metadata["continue"] = continueToken;
        }

        if (remaining is not null)
        {
            metadata["remainingItemCount"] = remaining;
        }

        return metadata;
    }

    /// <summary>The metadata of a page.</summary>
    /// <param name="page">The page.</param>
    /// <returns>JSON.</returns>
    public static JsonObject Metadata(ListPage page)
    {
        ArgumentNullException.ThrowIfNull(page);
        return Metadata(page.Revision.ToString(CultureInfo.InvariantCulture), page.Continue?.ToString(), page.Remaining);
    }

    private static JsonObject Row(ObjectView view, TableColumns columns, StoredObject item, DateTimeOffset now)
    {
        var row = new JsonObject { ["cells"] = new JsonArray([.. columns.Cells(item.Json, now)]) };
        if (view.Kind == ResourceKinds.Pods && item.Json.Text("status", "phase") is "Succeeded" or "Failed")
        {
            row["conditions"] = new JsonArray(new JsonObject
            {
                ["type"] = "Completed",
                ["status"] = "True",
                ["reason"] = item.Json.Text("status", "phase"),
                ["message"] = item.Json.Text("status", "phase") == "Succeeded" ? "The pod has completed successfully." : "The pod failed.",
            });
        }

        row["object"] = view.IncludeObject switch
        {
            "None" => null,
            "Object" => view.InVersion(item),
            _ => ObjectView.PartialMetadata(item.Json),
        };
        return row;
    }
}
