using ConsulPets.Sandbox.Api.Access;
using ConsulPets.Sandbox.Api.Wire;
using ConsulPets.Sandbox.Store;
using Microsoft.AspNetCore.Http;

namespace ConsulPets.Sandbox.Api.Objects;

/// <summary>A request for objects.</summary>
/// <param name="Http">The request and its answer.</param>
/// <param name="Request">What it means. Its kind and version are known.</param>
/// <param name="User">Who asks.</param>
internal sealed record ApiCall(HttpContext Http, RequestInfo Request, UserInfo User)
{
    /// <summary>The kind.</summary>
    public ResourceKind Kind => Request.Kind ?? throw Refusals.UnknownResource();

    /// <summary>The version of the kind.</summary>
    public string Version => Request.Version ?? Kind.Versions[0];

    /// <summary>The query.</summary>
    public IQueryCollection Query => Http.Request.Query;

    /// <summary>How the answer shows objects.</summary>
    /// <param name="clock">The time.</param>
    /// <returns>The view.</returns>
    public ObjectView View(TimeProvider clock) => new(Kind, Version, Negotiation.Choose(Http.Request.Headers), Query["includeObject"].ToString(), clock);

    /// <summary>How the object is to be written.</summary>
    /// <param name="options">The name of the options, for messages: <c>CreateOptions</c>.</param>
    /// <returns>The options.</returns>
    public WriteOptions Writing(string options) => WriteOptions.Read(Query, Http.Request.Headers.UserAgent.ToString(), options);

    /// <summary>What a writer of the object itself, or of a subresource, writes.</summary>
    /// <param name="options">The options of the request.</param>
    /// <param name="ownsFieldRecord">Whether <c>managedFields</c> are kept already.</param>
    /// <returns>The request to the registry.</returns>
    public WriteRequest ToWriteRequest(WriteOptions options, bool ownsFieldRecord = false)
    {
        ArgumentNullException.ThrowIfNull(options);
        return new WriteRequest(options.Manager, Version, Request.Subresource.Length == 0 ? null : Request.Subresource, options.IsDryRun, ownsFieldRecord);
    }
}
