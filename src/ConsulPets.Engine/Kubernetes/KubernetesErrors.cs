using System.Net;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using ConsulPets.Errors;

namespace ConsulPets.Engine.Kubernetes;

/// <summary>What was asked of the API server, in the words of its rights.</summary>
/// <param name="Verb">The right: get, list, watch, patch, create, delete.</param>
/// <param name="Resource">The resource, with its group and sub-resource: <c>pods/proxy</c>.</param>
/// <param name="Namespace">The namespace; null for all, or a cluster-wide kind.</param>
/// <param name="Name">The object; null for a collection.</param>
public sealed record KubernetesCall(string Verb, string Resource, string? Namespace, string? Name);

/// <summary>Turns the API server's answers into failures that a user can act on. The Status body is parsed, never shown as a status code.</summary>
public static class KubernetesErrors
{
    /// <summary>The id of a conflict with nobody but this tool's own operations: for server-side apply what they wrote is another manager's, since a manager is its name and its way of writing.</summary>
    public const string OwnFields = "OwnFieldConflict";

    /// <summary>The failure for an answer that is not a success.</summary>
    /// <param name="connection">The connection.</param>
    /// <param name="call">What was asked.</param>
    /// <param name="code">The status code.</param>
    /// <param name="body">The answer's body.</param>
    /// <returns>The failure.</returns>
    public static ConsulPetsException FromStatus(KubernetesConnection connection, KubernetesCall call, HttpStatusCode code, string body)
    {
        ArgumentNullException.ThrowIfNull(connection);
        ArgumentNullException.ThrowIfNull(call);
        JsonElement? status = Parse(body);
        string message = status?.Text("message") is { Length: > 0 } text ? text : body.Length is > 0 and < 300 ? body.Trim() : $"the API server answered {(int)code}";
        string target = call.Name is null ? call.Resource : call.Namespace is null ? call.Name : $"{call.Namespace}/{call.Name}";
        return code switch
        {
            HttpStatusCode.Unauthorized => Unauthorized(connection),
            HttpStatusCode.Forbidden => Forbidden(call, message),
            HttpStatusCode.NotFound => new("KubernetesNotFound", ConsulPetsErrorKind.ObjectNotFound, $"The cluster has no such object: {message}.", "Check the name and -Namespace", target),
            HttpStatusCode.Conflict when Conflicts(status) is { Count: > 0 } conflicts => FieldConflict(target, conflicts),
            HttpStatusCode.Conflict => new("KubernetesConflict", ConsulPetsErrorKind.ResourceBusy, $"'{target}' was changed by somebody else meanwhile: {message}.", "Run the command again", target),
            HttpStatusCode.UnprocessableEntity or HttpStatusCode.BadRequest => new("KubernetesInvalid", ConsulPetsErrorKind.InvalidArgument, $"The cluster refused '{target}': {message}.", "Change the value that it names", target),
            HttpStatusCode.TooManyRequests => new("KubernetesBusy", ConsulPetsErrorKind.ResourceBusy, $"The cluster asks to come back later: {message}.", "Run the command again in a while", target),
            _ => new("KubernetesFailed", ConsulPetsErrorKind.ResourceUnavailable, $"The API server could not {call.Verb} {call.Resource}: {message}.", "Run the command again; if it stays, look at the API server", target),
        };
    }

    /// <summary>The server was not reached.</summary>
    /// <param name="connection">The connection.</param>
    /// <param name="problem">What happened.</param>
    /// <param name="cause">The cause.</param>
    /// <returns>The failure.</returns>
    public static ConsulPetsException Unreachable(KubernetesConnection connection, string problem, Exception? cause = null)
    {
        ArgumentNullException.ThrowIfNull(connection);
        return new(
            "ClusterUnreachable",
            ConsulPetsErrorKind.ConnectionError,
            $"The API server {connection.Server.GetLeftPart(UriPartial.Authority)}{Of(connection)} was not reached: {problem.TrimEnd('.')}.",
            "Check that the cluster runs and that -Context and -KubeConfig name the right one",
            connection.Server.ToString(),
            cause)
        { EndsCommand = true };
    }

    /// <summary>The server's certificate is not to be trusted.</summary>
    /// <param name="connection">The connection.</param>
    /// <param name="problem">What is wrong with it.</param>
    /// <param name="cause">The cause.</param>
    /// <returns>The failure.</returns>
    public static ConsulPetsException CertificateNotTrusted(KubernetesConnection connection, string problem, Exception? cause)
    {
        ArgumentNullException.ThrowIfNull(connection);
        return new(
            "ClusterCertificateNotTrusted",
            ConsulPetsErrorKind.AuthenticationError,
            $"The certificate of {connection.Server.GetLeftPart(UriPartial.Authority)}{Of(connection)} is not trusted: {problem}.",
            "Check certificate-authority, server and tls-server-name in the kubeconfig",
            connection.Server.ToString(),
            cause)
        { EndsCommand = true };
    }

    /// <summary>The account's own certificate has run out.</summary>
    /// <param name="connection">The connection.</param>
    /// <param name="certificate">The certificate.</param>
    /// <param name="cause">The cause; null when the server only answered "Unauthorized".</param>
    /// <returns>The failure.</returns>
    public static ConsulPetsException ClientCertificateExpired(KubernetesConnection connection, X509Certificate2 certificate, Exception? cause)
    {
        ArgumentNullException.ThrowIfNull(connection);
        ArgumentNullException.ThrowIfNull(certificate);
        return new(
            "ClientCertificateExpired",
            ConsulPetsErrorKind.AuthenticationError,
            FormattableString.Invariant($"The client certificate{Of(connection)} ({certificate.Subject}) expired on {certificate.NotAfter:yyyy-MM-dd HH:mm}."),
            "Fetch a new kubeconfig from whoever gave you this one",
            connection.Context ?? connection.Server.ToString(),
            cause)
        { EndsCommand = true };
    }

    /// <summary>The account's token could not be had.</summary>
    /// <param name="connection">The connection.</param>
    /// <param name="cause">The cause.</param>
    /// <returns>The failure.</returns>
    public static ConsulPetsException CredentialsFailed(KubernetesConnection connection, Exception cause)
    {
        ArgumentNullException.ThrowIfNull(connection);
        ArgumentNullException.ThrowIfNull(cause);
        return new(
            "CredentialPluginFailed",
            ConsulPetsErrorKind.AuthenticationError,
            $"The credentials{Of(connection)} could not be read: {cause.Message.TrimEnd('.')}.",
            "Run the kubeconfig's exec command by hand to see what it says, or look at its token file",
            connection.Context ?? connection.Server.ToString(),
            cause)
        { EndsCommand = true };
    }

    private static ConsulPetsException Unauthorized(KubernetesConnection connection) => connection.ExpiredCertificate() is { } expired
        ? ClientCertificateExpired(connection, expired, null)
        : new ConsulPetsException(
            "KubernetesUnauthorized",
            ConsulPetsErrorKind.AuthenticationError,
            $"The API server {connection.Server.GetLeftPart(UriPartial.Authority)}{Of(connection)} does not know this account, or its token has run out.",
            "Sign in again, or name another account with -Context",
            connection.Context ?? connection.Server.ToString())
        { EndsCommand = true };

    private static ConsulPetsException Forbidden(KubernetesCall call, string message)
    {
        string where = call.Namespace is null ? "in the cluster" : $"in namespace '{call.Namespace}'";
        return new ConsulPetsException(
            "KubernetesForbidden",
            ConsulPetsErrorKind.PermissionDenied,
            $"This account may not {call.Verb} {call.Resource} {where}: {message}.",
            $"Ask for the right: verb '{call.Verb}' on '{call.Resource}' {where}",
            call.Name is null ? call.Resource : $"{call.Resource}/{call.Name}");
    }

    private static ConsulPetsException FieldConflict(string target, IReadOnlyList<(string Field, string Manager)> conflicts) => new(
        conflicts.All(static conflict => conflict.Manager.StartsWith($"\"{KubernetesApi.FieldManager}\"", StringComparison.Ordinal)) ? OwnFields : "FieldConflict",
        ConsulPetsErrorKind.ResourceExists,
        $"'{target}' has fields that another manager owns: {string.Join(", ", conflicts.Select(static conflict => $"{conflict.Field} ({conflict.Manager})"))}.",
        "Change them through that manager, or take them over with -Force",
        target);

    // causes: [{ "reason": "FieldManagerConflict", "message": "conflict with \"helm\" using apps/v1", "field": ".spec.replicas" }]
    private static List<(string Field, string Manager)> Conflicts(JsonElement? status) =>
        [.. (status?.Find("details", "causes")?.Items() ?? [])
            .Where(static cause => cause.Text("reason") == "FieldManagerConflict")
            .Select(static cause => (cause.Text("field"), cause.Text("message").Replace("conflict with ", string.Empty, StringComparison.Ordinal)))];

    private static JsonElement? Parse(string body)
    {
        try
        {
            using var document = JsonDocument.Parse(body);
            return document.RootElement.ValueKind == JsonValueKind.Object ? document.RootElement.Clone() : null;
        }
        catch (JsonException)
        {
            return null; // A proxy or load balancer in front answers in HTML or plain text; the caller shows what it said.
        }
    }

    private static string Of(KubernetesConnection connection) => connection.Context is null ? string.Empty : $" of context '{connection.Context}'";
}
