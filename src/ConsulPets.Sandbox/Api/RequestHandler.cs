using System.Net.Sockets;
using ConsulPets.Sandbox.Api.Access;
using ConsulPets.Sandbox.Api.Discovery;
using ConsulPets.Sandbox.Api.Objects;
using ConsulPets.Sandbox.Api.Wire;
using ConsulPets.Sandbox.Store;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace ConsulPets.Sandbox.Api;

/// <summary>Every request's way: who asks, what is meant, faults, rights, the answer; and what goes wrong becomes a <c>Status</c>.</summary>
internal sealed class RequestHandler
{
    private const string AdministratorPrefix = "/sandbox/";

    private readonly ApiServerSettings settings;
    private readonly CancellationToken stopping;
    private readonly Authenticator authenticator;
    private readonly RoleBasedAccess access;
    private readonly AccessReviews reviews;
    private readonly ObjectDispatcher objects;

    /// <summary>Makes one.</summary>
    /// <param name="settings">What it stands on.</param>
    /// <param name="tokens">Service accounts' tokens.</param>
    /// <param name="stopping">Ends every request.</param>
    public RequestHandler(ApiServerSettings settings, ServiceAccountTokens tokens, CancellationToken stopping)
    {
        ArgumentNullException.ThrowIfNull(settings);
        this.settings = settings;
        this.stopping = stopping;
        authenticator = new Authenticator(settings.AdministratorToken, tokens, settings.Certificates);
        access = new RoleBasedAccess(settings.Registry);
        reviews = new AccessReviews(access, authenticator, settings.Registry.Clock);
        objects = new ObjectDispatcher(settings.Registry, settings.Runtime, tokens);
    }

    /// <summary>Answers a request.</summary>
    /// <param name="context">The request.</param>
    /// <returns>When it is answered.</returns>
    public async Task AnswerAsync(HttpContext context)
    {
        ArgumentNullException.ThrowIfNull(context);

        // What runs for a client ends when the client goes away, and when the server does.
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, stopping);
        context.RequestAborted = ended.Token;
        try
        {
            await LeadAsync(context).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (ended.IsCancellationRequested)
        {
            // Nobody waits for an answer any more; one that has begun is ended as it is.
        }
        catch (Exception exception) when (exception is IOException or SocketException && ended.IsCancellationRequested)
        {
            // As above: the connection went while something was written.
        }
#pragma warning disable CA1031 // Whatever went wrong in answering one request, the server answers the next.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            await RefuseAsync(context, exception).ConfigureAwait(false);
        }
    }

    private static async Task RefuseAsync(HttpContext context, Exception exception)
    {
        if (context.Response.HasStarted)
        {
            // Too late for words: the client must see that the answer is not whole.
            context.Abort();
            return;
        }

        ApiException refusal = exception switch
        {
            ApiException known => known,
            RevisionExpiredException expired => Refusals.Expired(expired.Message),
            BadHttpRequestException bad => new ApiException(bad.StatusCode, bad.StatusCode == 413 ? "RequestEntityTooLarge" : "BadRequest", bad.Message),
            _ => Refusals.Internal($"{exception.GetType().Name}: {exception.Message}"),
        };
        context.Response.Clear();
        await ApiResponse.WriteAsync(context, refusal).ConfigureAwait(false);
    }

    private async Task LeadAsync(HttpContext context)
    {
        string path = Path(context);
        UserInfo user = authenticator.Identify(context.Request.Headers.Authorization.ToString(), context.Connection.ClientCertificate) ?? throw Refusals.Unauthorized();
        if (path.StartsWith(AdministratorPrefix, StringComparison.Ordinal))
        {
            await AdministerAsync(context, user, path).ConfigureAwait(false);
            return;
        }

        user = Impersonation.Apply(user, context.Request.Headers, access);
        RequestRoute route = RequestRouting.Read(
            context.Request.Method,
            path,
            ListOptions.Truth(context.Request.Query, "watch") == true,
            FieldSelector.SelectedName(context.Request.Query["fieldSelector"].ToString()));
        await settings.Faults.PassAsync(context, route.Request, () => AnswerAsync(context, route, user)).ConfigureAwait(false);
    }

    private async Task AdministerAsync(HttpContext context, UserInfo user, string path)
    {
        if (!user.IsAdministrator)
        {
#pragma warning disable CA1308 // Verbs are in small letters.
            throw RoleBasedAccess.Forbidden(user, AccessRequest.OfPath(context.Request.Method.ToLowerInvariant(), path));
#pragma warning restore CA1308
        }

        if (settings.AdministratorRoutes is null || !await settings.AdministratorRoutes(context).ConfigureAwait(false))
        {
            throw Refusals.UnknownResource();
        }
    }

    private async Task AnswerAsync(HttpContext context, RequestRoute route, UserInfo user)
    {
        access.Require(user, route.Access);
        if (!route.Access.IsResource)
        {
            await PathHandler.AnswerAsync(context, route.Request.Path).ConfigureAwait(false);
        }
        else if (ReviewKind.Find(route.Access) is { } review)
        {
            await ReviewAsync(context, route, review, user).ConfigureAwait(false);
        }
        else if (route.Request.Kind is not null)
        {
            await objects.AnswerAsync(new ApiCall(context, route.Request, user)).ConfigureAwait(false);
        }
        else if (ServedResource.Of(route.Access.Group, route.Access.Version).Count == 0)
        {
            await ApiResponse.WriteTextAsync(context, 404, "404 page not found\n").ConfigureAwait(false);
        }
        else
        {
            throw Refusals.UnknownResource();
        }
    }

    private async Task ReviewAsync(HttpContext context, RequestRoute route, ReviewKind kind, UserInfo user)
    {
        if (route.Request.Verb != "create")
        {
            throw Refusals.MethodNotAllowed();
        }

        RequestBody body = await RequestBody.ReadObjectAsync(context.Request, kind.Kind).ConfigureAwait(false);
        await ApiResponse.WriteAsync(context, 201, reviews.Answer(kind, route.Access.Namespace, user, SentObject.Object(body, kind.Kind))).ConfigureAwait(false);
    }

    // As it was sent: a decoded slash would look like one that parts the path.
    private static string Path(HttpContext context)
    {
        string target = context.Features.Get<IHttpRequestFeature>()?.RawTarget ?? string.Empty;
        if (!target.StartsWith('/'))
        {
            // The absolute form, which proxies send.
            return Uri.TryCreate(target, UriKind.Absolute, out Uri? address) ? address.AbsolutePath : "/";
        }

        int query = target.IndexOf('?', StringComparison.Ordinal);
        return query < 0 ? target : target[..query];
    }
}
