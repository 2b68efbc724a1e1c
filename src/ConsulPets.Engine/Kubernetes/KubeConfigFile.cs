using k8s.KubeConfigModels;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace ConsulPets.Engine.Kubernetes;

/// <summary>
/// Reads a kubeconfig file into the client library's model. The library's own reader sets up a serializer for every type of the Kubernetes API's model first,
/// which takes several times as long as the file.
/// </summary>
internal static class KubeConfigFile
{
    /// <summary>Reads a file.</summary>
    /// <param name="path">The path.</param>
    /// <returns>What it says; keys that are not known are passed over, as kubectl does.</returns>
    /// <exception cref="YamlException">It is not YAML, or has another shape.</exception>
    public static K8SConfiguration Read(string path)
    {
        var yaml = new YamlStream();
        using (var reader = new StreamReader(path))
        {
            yaml.Load(reader);
        }

        YamlMappingNode? root = yaml.Documents.Count == 0 ? null : Map(yaml.Documents[0].RootNode);
        return new K8SConfiguration
        {
            ApiVersion = Text(root, "apiVersion"),
            Kind = Text(root, "kind"),
            CurrentContext = Text(root, "current-context"),
            Contexts = List(root, "contexts", static item => new Context { Name = Text(item, "name"), ContextDetails = Details(Map(item, "context")) }),
            Clusters = List(root, "clusters", static item => new Cluster { Name = Text(item, "name"), ClusterEndpoint = Endpoint(Map(item, "cluster")) }),
            Users = List(root, "users", static item => new User { Name = Text(item, "name"), UserCredentials = Credentials(Map(item, "user")) }),
        };
    }

    private static ContextDetails? Details(YamlMappingNode? map) => map is null ? null : new ContextDetails
    {
        Cluster = Text(map, "cluster"),
        User = Text(map, "user"),
        Namespace = Text(map, "namespace"),
    };

    private static ClusterEndpoint? Endpoint(YamlMappingNode? map) => map is null ? null : new ClusterEndpoint
    {
        Server = Text(map, "server"),
        CertificateAuthority = Text(map, "certificate-authority"),
        CertificateAuthorityData = Text(map, "certificate-authority-data"),
        TlsServerName = Text(map, "tls-server-name"),
        SkipTlsVerify = Flag(map, "insecure-skip-tls-verify"),
    };

    private static FileUserCredentials? Credentials(YamlMappingNode? map) => map is null ? null : new FileUserCredentials
    {
        ClientCertificate = Text(map, "client-certificate"),
        ClientCertificateData = Text(map, "client-certificate-data"),
        ClientKey = Text(map, "client-key"),
        ClientKeyData = Text(map, "client-key-data"),
        Token = Text(map, "token"),
        TokenFile = Text(map, "tokenFile"),
        UserName = Text(map, "username"),
        Password = Text(map, "password"),
        Impersonate = Text(map, "as"),
        ImpersonateGroups = Find(map, "as-groups") is null ? [] : List(map, "as-groups", Text),
        AuthProvider = Map(map, "auth-provider") is { } provider ? new AuthProvider { Name = Text(provider, "name"), Config = Texts(Map(provider, "config")) } : null,
        ExternalExecution = Map(map, "exec") is { } plugin ? Plugin(plugin) : null,
    };

    private static ExternalExecution Plugin(YamlMappingNode map) => new()
    {
        ApiVersion = Text(map, "apiVersion"),
        Command = Text(map, "command"),
        Arguments = Find(map, "args") is null ? null : List(map, "args", Text)!,
        EnvironmentVariables = Find(map, "env") is null ? null : List(map, "env", static item => Texts(Map(item)))!,
        InstallHint = Text(map, "installHint"),
        ProvideClusterInfo = Flag(map, "provideClusterInfo"),
    };

    private static YamlNode? Find(YamlNode? node, string key) =>
        Map(node) is { } map && map.Children.TryGetValue(new YamlScalarNode(key), out YamlNode? value) && !IsNull(value) ? value : null;

    private static YamlMappingNode? Map(YamlNode? node, string key) => Map(Find(node, key));

    private static YamlMappingNode? Map(YamlNode? node) => node is null || IsNull(node) ? null : node as YamlMappingNode ?? throw Unexpected(node, "a mapping");

    private static List<T> List<T>(YamlNode? node, string key, Func<YamlNode, T> read) => Find(node, key) switch
    {
        null => [],
        YamlSequenceNode sequence => [.. sequence.Children.Select(read)],
        { } other => throw Unexpected(other, "a list"),
    };

    private static Dictionary<string, string> Texts(YamlMappingNode? map) =>
        map is null ? [] : map.Children.ToDictionary(static pair => Text(pair.Key) ?? string.Empty, static pair => Text(pair.Value) ?? string.Empty);

    private static string? Text(YamlNode? node, string key) => Text(Find(node, key));

    private static string? Text(YamlNode? node) => node is null || IsNull(node) ? null : (node as YamlScalarNode ?? throw Unexpected(node, "text")).Value;

    private static bool Flag(YamlNode? node, string key) => Find(node, key) is { } value
        && (bool.TryParse(Text(value), out bool flag) ? flag : throw Unexpected(value, "true or false"));

    private static bool IsNull(YamlNode node) => node is YamlScalarNode { Style: ScalarStyle.Plain, Value: null or "" or "~" or "null" };

    private static YamlException Unexpected(YamlNode node, string wanted) => new(node.Start, node.End, $"here should be {wanted}");
}
