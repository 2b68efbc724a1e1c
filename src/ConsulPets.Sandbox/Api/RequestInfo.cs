using ConsulPets.Sandbox.Store;

namespace ConsulPets.Sandbox.Api;

/// <summary>What a request means, as authorization and faults see it.</summary>
/// <param name="Verb"><c>get</c>, <c>list</c>, <c>watch</c>, <c>create</c>, <c>update</c>, <c>patch</c>, <c>delete</c>, <c>deletecollection</c>; the HTTP method in small letters where no object is meant.</param>
/// <param name="Kind">The kind; null where no object is meant (<c>/version</c>, discovery).</param>
/// <param name="Version">The version of the kind; null where no object is meant.</param>
/// <param name="Namespace">The namespace; empty for all, or for a cluster-wide kind.</param>
/// <param name="Name">The object; empty for the collection. As it stands in the path: for <c>proxy</c> that is <c>[scheme:]name[:port]</c>.</param>
/// <param name="Subresource">The subresource, <c>status</c> or <c>proxy</c>; empty for none.</param>
/// <param name="Rest">What follows the subresource in the path: a proxied request's own path, with its leading slash, percent-encoded as it was sent. Empty for none.</param>
/// <param name="Path">The whole path, percent-encoded as it was sent, without the query.</param>
public sealed record RequestInfo(string Verb, ResourceKind? Kind, string? Version, string Namespace, string Name, string Subresource, string Rest, string Path);
