using System.Security.Cryptography.X509Certificates;
using ConsulPets.Errors;
using k8s;
using k8s.Exceptions;
using k8s.KubeConfigModels;
using YamlDotNet.Core;

namespace ConsulPets.Engine.Kubernetes;

/// <summary>Which cluster a command is for, as the user said it.</summary>
/// <param name="KubeConfig">The file that was named; null for the default files.</param>
/// <param name="Context">The context that was named; null for the current one.</param>
public sealed record ClusterChoice(string? KubeConfig, string? Context);

/// <summary>A cluster, an account and a namespace, read from the kubeconfig files or from the pod that we run in.</summary>
/// <param name="Configuration">What the client library made of it.</param>
/// <param name="Context">The context's name; null for the in-cluster account.</param>
/// <param name="Namespace">The context's namespace, else <c>default</c>.</param>
/// <param name="Impersonation">Headers that make the call in another's name; empty when the account does not ask for it.</param>
public sealed record ClusterAccess(
    KubernetesClientConfiguration Configuration, string? Context, string Namespace, IReadOnlyList<KeyValuePair<string, string>> Impersonation);

/// <summary>
/// Finds and merges kubeconfig files by kubectl's rules (kubernetes.io, "Organizing Cluster Access Using kubeconfig Files"): the file that is
/// named; else all of $KUBECONFIG, first value wins, missing files passed over; else ~/.kube/config; else the in-cluster account.
/// The client library merges several files but cannot choose a context of the result (kubernetes-client/csharp#1730), so the merge is done here
/// on its own file model, with relative paths made absolute first: each is relative to its own file.
/// </summary>
public static partial class KubeConfigLoader
{
    /// <summary>The files that a choice would read, in order. They need not exist.</summary>
    /// <param name="choice">The choice.</param>
    /// <returns>Full paths; empty when only the in-cluster account is left.</returns>
    public static IReadOnlyList<string> Files(ClusterChoice choice)
    {
        ArgumentNullException.ThrowIfNull(choice);
        if (choice.KubeConfig is { } named)
        {
            return [System.IO.Path.GetFullPath(named)];
        }

        string[] listed = (Environment.GetEnvironmentVariable("KUBECONFIG") ?? string.Empty)
            .Split(System.IO.Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        return listed.Length > 0
            ? [.. listed.Select(System.IO.Path.GetFullPath).Distinct()]
            : [System.IO.Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".kube", "config")];
    }

    /// <summary>Reads the access to a cluster. Runs the account's exec plugin, if it has one.</summary>
    /// <param name="choice">The choice.</param>
    /// <returns>The access.</returns>
    /// <exception cref="ConsulPetsException">KubeConfigNotFound, KubeConfigInvalid, ContextNotFound.</exception>
    public static ClusterAccess Load(ClusterChoice choice)
    {
        ArgumentNullException.ThrowIfNull(choice);
        IReadOnlyList<string> files = Files(choice);
        string[] present = [.. files.Where(File.Exists)];
        if (present.Length == 0)
        {
            return choice.KubeConfig is null && KubernetesClientConfiguration.IsInCluster() ? InCluster() : throw NotFound(files);
        }

        K8SConfiguration merged = Merge(present.Select(ReadFile));
        string contextName = choice.Context ?? merged.CurrentContext ?? string.Empty;
        Context context = merged.Contexts.FirstOrDefault(candidate => candidate.Name == contextName)
            ?? throw ContextNotFound(contextName, merged, files);
        List<KeyValuePair<string, string>> impersonation = Impersonation(merged, context);
        KubernetesClientConfiguration configuration = Build(merged, contextName, files);
        return new ClusterAccess(
            configuration,
            context.Name,
            string.IsNullOrEmpty(context.ContextDetails?.Namespace) ? "default" : context.ContextDetails.Namespace,
            impersonation);
    }

    /// <summary>The names of all contexts of a choice's files.</summary>
    /// <param name="choice">The choice.</param>
    /// <returns>The names; empty when there is no file.</returns>
    public static IReadOnlyList<string> ContextNames(ClusterChoice choice)
    {
        string[] present = [.. Files(choice).Where(File.Exists)];
        return present.Length == 0 ? [] : [.. Merge(present.Select(ReadFile)).Contexts.Select(static context => context.Name)];
    }

    private static ClusterAccess InCluster()
    {
        KubernetesClientConfiguration configuration = KubernetesClientConfiguration.InClusterConfig();
        string? name = configuration.Namespace?.Trim();
        return new ClusterAccess(configuration, null, string.IsNullOrEmpty(name) ? "default" : name, []);
    }

    private static K8SConfiguration ReadFile(string path)
    {
        try
        {
            K8SConfiguration file = KubeConfigFile.Read(path);
            string folder = System.IO.Path.GetDirectoryName(path)!;
            foreach (ClusterEndpoint endpoint in file.Clusters.Select(static cluster => cluster.ClusterEndpoint).OfType<ClusterEndpoint>())
            {
                endpoint.CertificateAuthority = Absolute(folder, endpoint.CertificateAuthority);
            }

            foreach (UserCredentials user in file.Users.Select(static user => user.UserCredentials).OfType<UserCredentials>())
            {
                user.ClientCertificate = Absolute(folder, user.ClientCertificate);
                user.ClientKey = Absolute(folder, user.ClientKey);
                if (user is FileUserCredentials account)
                {
                    account.TokenFile = Absolute(folder, account.TokenFile);
                }

                Repair(user.ExternalExecution, folder);
            }

            return file;
        }
        catch (YamlException exception)
        {
            throw Invalid(path, FormattableString.Invariant($"line {exception.Start.Line}, column {exception.Start.Column}: {exception.Message}"), exception);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw Invalid(path, exception.Message, exception);
        }
    }

    // The library joins a plugin's arguments with blanks, so an argument that has one is quoted here. A command with a path in it is relative
    // to the file (client-go, tools/clientcmd); one without is looked for on PATH.
    private static void Repair(ExternalExecution? plugin, string folder)
    {
        if (plugin is null)
        {
            return;
        }

        if (plugin.Command is { } command && (command.Contains('/', StringComparison.Ordinal) || command.Contains('\\', StringComparison.Ordinal)))
        {
            plugin.Command = Absolute(folder, command);
        }

        plugin.Arguments = plugin.Arguments?.Select(static argument =>
            argument.Length > 0 && argument.IndexOfAny([' ', '\t', '"']) < 0
                ? argument
                : Quoted(argument)).ToList();
    }

    // By the rules that .NET splits an argument string with: a backslash is doubled only before a quote, and at the end.
    private static string Quoted(string argument) =>
        $"\"{BackslashesBeforeQuote().Replace(argument, static match => match.Value.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal))}\"";

    [System.Text.RegularExpressions.GeneratedRegex("""\\*(?:"|\\$)""")]
    private static partial System.Text.RegularExpressions.Regex BackslashesBeforeQuote();

    private static string? Absolute(string folder, string? path) =>
        string.IsNullOrWhiteSpace(path) ? path : System.IO.Path.GetFullPath(path, folder);

    private static K8SConfiguration Merge(IEnumerable<K8SConfiguration> files)
    {
        var merged = new K8SConfiguration();
        foreach (K8SConfiguration file in files)
        {
            merged.CurrentContext = string.IsNullOrEmpty(merged.CurrentContext) ? file.CurrentContext : merged.CurrentContext;
            AddNew(merged.Contexts, file.Contexts, static context => context.Name);
            AddNew(merged.Clusters, file.Clusters, static cluster => cluster.Name);
            AddNew(merged.Users, file.Users, static user => user.Name);
        }

        return merged;
    }

    private static void AddNew<T>(List<T> merged, IEnumerable<T>? more, Func<T, string> name) =>
        merged.AddRange((more ?? []).Where(item => !merged.Any(known => name(known) == name(item))));

    private static KubernetesClientConfiguration Build(K8SConfiguration merged, string contextName, IReadOnlyList<string> files)
    {
        try
        {
            ContextDetails? details = merged.Contexts.First(context => context.Name == contextName).ContextDetails;
            string? tokenFile = (merged.Users.FirstOrDefault(user => user.Name == details?.User)?.UserCredentials as FileUserCredentials)?.TokenFile;
            if (details is not null && IsAnonymous(merged, details.User))
            {
                details.User = null; // To kubectl an account without credentials is anonymous (behind `kubectl proxy`, say); the library refuses it, and knows no token file.
            }

            KubernetesClientConfiguration configuration = KubernetesClientConfiguration.BuildConfigFromConfigObject(merged, contextName);
            string clusterName = details!.Cluster;
            configuration.SslCaCerts = Authorities(merged.Clusters.First(cluster => cluster.Name == clusterName).ClusterEndpoint) ?? configuration.SslCaCerts;
            if (!string.IsNullOrWhiteSpace(tokenFile))
            {
                // It goes before a token that stands beside it (client-go, tools/clientcmd/api, AuthInfo).
                configuration.TokenProvider = new TokenFile(tokenFile);
            }

            return configuration;
        }
        catch (Exception exception) when (exception is not ConsulPetsException)
        {
            throw Invalid(string.Join(System.IO.Path.PathSeparator, files), $"context '{contextName}': {exception.Message}", exception);
        }
    }

    private static bool IsAnonymous(K8SConfiguration merged, string? user) =>
        merged.Users.FirstOrDefault(candidate => candidate.Name == user) is { } found
        && (found.UserCredentials is null or
        {
            Token: null or "",
            UserName: null or "",
            ClientCertificate: null or "",
            ClientCertificateData: null or "",
            ExternalExecution: null,
            AuthProvider: null,
        });

    // The library keeps only the first certificate of a bundle; a cluster whose authority is being replaced has two.
    private static X509Certificate2Collection? Authorities(ClusterEndpoint endpoint)
    {
        string? pem = !string.IsNullOrEmpty(endpoint.CertificateAuthorityData)
            ? System.Text.Encoding.UTF8.GetString(Convert.FromBase64String(endpoint.CertificateAuthorityData))
            : !string.IsNullOrEmpty(endpoint.CertificateAuthority) ? File.ReadAllText(endpoint.CertificateAuthority) : null;
        if (pem is null || !pem.Contains("-----BEGIN", StringComparison.Ordinal))
        {
            return null;
        }

        var authorities = new X509Certificate2Collection();
        authorities.ImportFromPem(pem);
        return authorities;
    }

    private static List<KeyValuePair<string, string>> Impersonation(K8SConfiguration merged, Context context)
    {
        UserCredentials? user = merged.Users.FirstOrDefault(candidate => candidate.Name == context.ContextDetails?.User)?.UserCredentials;
        var headers = new List<KeyValuePair<string, string>>();
        if (!string.IsNullOrEmpty(user?.Impersonate))
        {
            headers.Add(new("Impersonate-User", user.Impersonate));
            headers.AddRange((user.ImpersonateGroups ?? []).Select(static group => new KeyValuePair<string, string>("Impersonate-Group", group)));
        }

        return headers;
    }

    private static ConsulPetsException NotFound(IReadOnlyList<string> files) => new(
        "KubeConfigNotFound",
        ConsulPetsErrorKind.ObjectNotFound,
        $"There is no kubeconfig file: {string.Join(", ", files)}.",
        "Name one with -KubeConfig or $env:KUBECONFIG",
        string.Join(System.IO.Path.PathSeparator, files))
    { EndsCommand = true };

    private static ConsulPetsException Invalid(string path, string problem, Exception cause) => new(
        "KubeConfigInvalid",
        ConsulPetsErrorKind.InvalidData,
        $"The kubeconfig '{path}' cannot be used: {problem}",
        "Mend the file, or name another with -KubeConfig",
        path,
        cause)
    { EndsCommand = true };

    private static ConsulPetsException ContextNotFound(string name, K8SConfiguration merged, IReadOnlyList<string> files)
    {
        string known = merged.Contexts.Count == 0 ? "it has none" : $"it has {string.Join(", ", merged.Contexts.Select(static context => context.Name))}";
        string where = string.Join(System.IO.Path.PathSeparator, files);
        return new ConsulPetsException(
            "ContextNotFound",
            ConsulPetsErrorKind.ObjectNotFound,
            name.Length == 0
                ? $"The kubeconfig '{where}' has no current context; {known}."
                : $"The kubeconfig '{where}' has no context '{name}'; {known}.",
            "Name a context with -Context",
            name)
        { EndsCommand = true };
    }
}
