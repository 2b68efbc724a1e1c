namespace ConsulPets.Sandbox.Patching;

/// <summary>Who writes an object, and how: what <c>metadata.managedFields</c> keeps.</summary>
/// <param name="Manager">The field manager's name.</param>
/// <param name="ApiVersion">The version written in.</param>
/// <param name="Subresource">The subresource written through, <c>status</c> or <c>scale</c>; null for the object itself.</param>
/// <param name="Time">When.</param>
public sealed record FieldWrite(string Manager, string ApiVersion, string? Subresource, DateTimeOffset Time);
