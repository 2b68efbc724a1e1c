namespace ConsulPets.Sandbox.Controllers;

/// <summary>Who says an event, and of which part of the object.</summary>
/// <param name="Component">The component: <c>kubelet</c>.</param>
/// <param name="Host">The node; null for controllers.</param>
/// <param name="FieldPath">The part: <c>spec.containers{consul}</c>; null for all of it.</param>
/// <param name="Action">
/// What was done, for components that write events in their newer form (<c>events.k8s.io/v1</c>), in which <c>source</c>, <c>count</c> and both time stamps stay
/// empty: the scheduler's <c>Binding</c> and <c>Scheduling</c>. Null for the older form, which all others still write.
/// </param>
public sealed record EventSource(string Component, string? Host = null, string? FieldPath = null, string? Action = null);
