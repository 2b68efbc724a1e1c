using System.Text.Json.Nodes;

namespace ConsulPets.Sandbox.Api.Tables;

/// <summary>A column of a table.</summary>
/// <param name="Name">Its title.</param>
/// <param name="Type">The type of its cells: <c>string</c>, <c>integer</c>, <c>boolean</c>, <c>date</c>.</param>
/// <param name="Priority">0 for what is always shown, 1 for what <c>-o wide</c> adds.</param>
internal sealed record TableColumn(string Name, string Type = "string", int Priority = 0)
{
    /// <summary>As a table names it.</summary>
    /// <returns>JSON.</returns>
    public JsonObject ToJson() => new()
    {
        ["name"] = Name,
        ["type"] = Type,

        // kubectl takes the column of this format for the object's name (-o name, sorting).
        ["format"] = Name == "Name" ? "name" : string.Empty,
        ["description"] = string.Empty,
        ["priority"] = Priority,
    };
}
