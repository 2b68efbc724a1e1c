using System.Text.Json.Nodes;
using ConsulPets.Sandbox.Store;

namespace ConsulPets.Sandbox.Pods;

/// <summary>Everything that a container's processes are started with: made once for each start of the container, and used by its hooks, probes and <c>exec</c> as well.</summary>
internal sealed class ContainerSetup
{
    private readonly JsonObject container;
    private readonly Image image;
    private readonly PodAddress address;
    private readonly PathTranslation paths;
    private readonly IReadOnlyDictionary<string, string> variables;
    private readonly IReadOnlyDictionary<string, string> environment;
    private readonly string folder;
    private readonly string programs;

    private ContainerSetup(
        JsonObject container, Image image, PodAddress address, PathTranslation paths, IReadOnlyDictionary<string, string> variables, IReadOnlyDictionary<string, string> environment, string folder, string programs)
    {
        this.container = container;
        this.image = image;
        this.address = address;
        this.paths = paths;
        this.variables = variables;
        this.environment = environment;
        this.folder = folder;
        this.programs = programs;
    }

    /// <summary>What the container's image is.</summary>
    public Image Image => image;

    private string ConsulDefaults => Path.Combine(programs, "defaults.json");

    private string Hidden => address.Hidden.ToString();

    /// <summary>Makes it, and the files that the container finds.</summary>
    /// <param name="context">What pods share.</param>
    /// <param name="pod">The pod, with its address in its status.</param>
    /// <param name="container">The container.</param>
    /// <param name="image">Its image.</param>
    /// <param name="address">The pod's addresses.</param>
    /// <param name="files">The pod's folder.</param>
    /// <param name="volumes">The pod's volumes.</param>
    /// <returns>The setup; or what is missing, as the kubelet words it.</returns>
    public static (ContainerSetup? Setup, string? Problem) Make(
        PodContext context, JsonObject pod, JsonObject container, Image image, PodAddress address, PodFolder files, VolumeMaterializer volumes)
    {
        string namespaceName = pod.Text("metadata", "namespace") ?? string.Empty;
        string name = container.Text("name") ?? string.Empty;
        IEnumerable<JsonObject> services = pod.Truth("spec", "enableServiceLinks") == false
            ? []
            : context.Registry.List(ResourceKinds.Services, namespaceName).Select(static service => service.Json);
        EnvironmentOutcome outcome = EnvironmentBuilder.Build(
            pod, container, EnvironmentBuilder.OfServices(services), (kind, objectName) => context.Registry.Find(kind, namespaceName, objectName)?.Json);
        if (outcome.Problem is not null)
        {
            return (null, outcome.Problem);
        }

        // The container's own file system begins anew with each start.
        string layer = files.Layer(name);
        LeftOverProcesses.Delete(layer);
        string[] own = image.Kind == ImageKind.Consul ? ["/consul/data", "/consul/config", "/consul", "/tmp"] : ["/tmp"];
        (string Inside, string Outside)[] implied = [.. own.Select(path => (path, Path.Combine(layer, path.TrimStart('/').Replace('/', Path.DirectorySeparatorChar))))];
        IReadOnlyList<(string Inside, string Outside)> mounts = volumes.Mounts(pod, container, outcome.Variables);
        foreach ((_, string outside) in implied)
        {
            Directory.CreateDirectory(outside);
        }

        var paths = new PathTranslation([.. mounts, .. implied]);
        Dictionary<string, string> environment = Environment(outcome.Variables, paths, pod, address, files, name, layer);
        string folder = container.Text("workingDir") is { } wanted && paths.Translate(wanted) is var given && Directory.Exists(given) ? given : layer;
        var setup = new ContainerSetup(container, image, address, paths, outcome.Variables, environment, folder, files.Programs(name));
        string? problem = setup.WriteFiles(context, pod, volumes);
        if (problem is null)
        {
            setup.WritePrograms();
            setup.WriteLocalConfiguration(context, pod);
        }

        return problem is null ? (setup, null) : (null, problem);
    }

    /// <summary>The cluster names in the container's command and files that mean nothing at the moment.</summary>
    /// <param name="context">What pods share.</param>
    /// <param name="pod">The pod.</param>
    /// <param name="volumes">The pod's volumes.</param>
    /// <returns>The names.</returns>
    public IReadOnlyCollection<string> Unresolved(PodContext context, JsonObject pod, VolumeMaterializer volumes)
    {
        var missing = new HashSet<string>(StringComparer.Ordinal);
        Func<string, IReadOnlyList<string>> resolve = Resolver(context, pod, missing);
        _ = ClusterNames.InArguments(CommandLine(), resolve, variables);
        _ = volumes.Write(pod, container, text => Rewrite(text, resolve));
        return missing;
    }

    /// <summary>Writes the files of config maps and the like anew, where they have changed.</summary>
    /// <param name="context">What pods share.</param>
    /// <param name="pod">The pod.</param>
    /// <param name="volumes">The pod's volumes.</param>
    /// <returns>What is missing; null when nothing is.</returns>
    public string? WriteFiles(PodContext context, JsonObject pod, VolumeMaterializer volumes)
    {
        Func<string, IReadOnlyList<string>> resolve = Resolver(context, pod, []);
        return volumes.Write(pod, container, text => Rewrite(text, resolve));
    }

    /// <summary>How the container's own process is started.</summary>
    /// <param name="context">What pods share.</param>
    /// <param name="pod">The pod.</param>
    /// <returns>The plan; or the name of the program that is not there.</returns>
    public (ProcessPlan? Plan, string? Missing) Main(PodContext context, JsonObject pod) =>
        Plan(ClusterNames.InArguments(CommandLine(), Resolver(context, pod, []), variables));

    /// <summary>How a command inside the container is started.</summary>
    /// <param name="command">The program and its arguments, with the container's paths.</param>
    /// <returns>The plan; or the name of the program that is not there.</returns>
    public (ProcessPlan? Plan, string? Missing) Command(IReadOnlyList<string> command) => Plan(command);

    private static Dictionary<string, string> Environment(
        IReadOnlyDictionary<string, string> own, PathTranslation paths, JsonObject pod, PodAddress address, PodFolder files, string name, string layer)
    {
        // Nothing of the sandbox's own environment: a proxy that is set there would be asked for pods.
        string? path = System.Environment.GetEnvironmentVariable("PATH");
        var environment = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["HOSTNAME"] = pod.Text("spec", "hostname") ?? pod.Text("metadata", "name") ?? string.Empty,
            ["HOME"] = layer,
            ["TMPDIR"] = paths.Translate("/tmp"),
            ["CONSUL_HTTP_ADDR"] = $"http://{address.Hidden}:8500",
        };
        foreach (string needed in OperatingSystem.IsWindows() ? (string[])["SystemRoot", "ComSpec", "PATHEXT", "TEMP", "TMP"] : [])
        {
            if (System.Environment.GetEnvironmentVariable(needed) is { } value)
            {
                environment[needed] = value;
            }
        }

        foreach ((string variable, string value) in own)
        {
            environment[variable] = variable is "CONSUL_HTTP_ADDR" or "CONSUL_GRPC_ADDR" ? LocalAddresses.Replace(value, address.Hidden.ToString()) : paths.Translate(value);
        }

        environment["PATH"] = string.Join(Path.PathSeparator, new[] { files.Programs(name), environment.GetValueOrDefault("PATH"), path }.Where(static part => !string.IsNullOrEmpty(part)));
        environment[LeftOverProcesses.Variable] = files.Path;
        return environment;
    }

    private IReadOnlyList<string> CommandLine()
    {
        string[] command = [.. container.Texts("command").Select(word => EnvironmentBuilder.Expand(word, variables))];
        string[] arguments = [.. container.Texts("args").Select(word => EnvironmentBuilder.Expand(word, variables))];
        return image.Kind == ImageKind.Consul ? ConsulProgram.CommandLine(command, arguments)
            : command.Length + arguments.Length == 0 ? ["sh"]
            : [.. command, .. arguments];
    }

    private (ProcessPlan? Plan, string? Missing) Plan(IReadOnlyList<string> words)
    {
        string[] line = [.. words.Select(word => LocalAddresses.Replace(paths.Translate(word), Hidden))];
        if (line.Length == 0)
        {
            return (null, string.Empty);
        }

        if (image.Program is not null && ConsulProgram.IsConsul(words[0]))
        {
            return (new ProcessPlan(image.Program, ConsulProgram.Bind(line[1..], address.Visible.ToString(), Hidden, ConsulDefaults), environment, folder), null);
        }

        return ProcessLauncher.Find(line[0], environment["PATH"]) is { } program ? (new ProcessPlan(program, line[1..], environment, folder), null) : (null, words[0]);
    }

    private string Rewrite(string text, Func<string, IReadOnlyList<string>> resolve) =>
        paths.TranslateFile(LocalAddresses.InConfiguration(ClusterNames.InConfiguration(text, resolve), Hidden));

    private static Func<string, IReadOnlyList<string>> Resolver(PodContext context, JsonObject pod, HashSet<string> missing)
    {
        string namespaceName = pod.Text("metadata", "namespace") ?? string.Empty;
        string? own = pod.Text("metadata", "uid");
        return name =>
        {
            // An agent is content when one of those that it is told to join answers: it must not be itself while there are others.
            IReadOnlyList<string> others = Found(name, uid => uid == own ? null : AddressOf(uid));
            if (others.Count > 0)
            {
                return others;
            }

            if (ClusterNames.Candidates(ClusterNames.Split(name).Name, namespaceName).Count > 0)
            {
                missing.Add(name);
            }

            return Found(name, AddressOf);
        };

        string? AddressOf(string uid) => context.Network.Find(uid)?.Visible.ToString();

        IReadOnlyList<string> Found(string name, Func<string, string?> addressOf) => ClusterDirectory.Resolve(name, namespaceName, context.Registry, addressOf);
    }

    private void WritePrograms()
    {
        if (image.Program is null)
        {
            return;
        }

        Directory.CreateDirectory(programs);
        File.WriteAllText(ConsulDefaults, ConsulProgram.Defaults(environment["HOSTNAME"]));
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        string shim = Path.Combine(programs, "consul");
        File.WriteAllText(shim, ConsulProgram.Shim(image.Program, address.Visible.ToString(), Hidden, ConsulDefaults));
        File.SetUnixFileMode(shim, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.GroupRead | UnixFileMode.GroupExecute);
    }

    private void WriteLocalConfiguration(PodContext context, JsonObject pod)
    {
        if (image.Kind == ImageKind.Consul && !container.Texts("command").Any() && variables.GetValueOrDefault("CONSUL_LOCAL_CONFIG") is { Length: > 0 } configuration)
        {
            string target = Path.Combine(paths.Translate(ConsulProgram.ConfigFolder), "local.json");
            File.WriteAllText(target, Rewrite(configuration, Resolver(context, pod, [])) + "\n");
        }
    }
}
