using ConsulPets.Sandbox.Hosting;

namespace ConsulPets.Sandbox.Tests.Hosting;

/// <summary>A sandbox that serves nothing: it has a kubeconfig and can break.</summary>
internal sealed class FakeSandbox : IRunningSandbox
{
    public const string Image = "hashicorp/consul:1.99.0";
    private readonly TaskCompletionSource failure = new();

    private FakeSandbox(SandboxOptions options, Uri server)
    {
        Options = options;
        Server = server;
        KubeConfig = Path.Combine(options.Folder, "kubeconfig");
        File.WriteAllText(KubeConfig, $$"""
            apiVersion: v1
            kind: Config
            current-context: sandbox
            contexts:
            - name: sandbox
              context: { cluster: sandbox, user: sandbox, namespace: pets }
            clusters:
            - name: sandbox
              cluster: { server: "{{server}}" }
            users:
            - name: sandbox
              user: { token: a-token }
            """);
    }

    public SandboxOptions Options { get; }

    public string KubeConfig { get; }

    public Uri Server { get; }

    public string ConsulImage => Image;

    public string Folder => Options.Folder;

    public Task Failure => failure.Task;

    public bool IsDisposed { get; private set; }

    public static FakeSandbox Start(SandboxOptions options, Uri? server = null) => new(options, server ?? new Uri("http://127.0.0.1:1/"));

    public void Break(string reason) => failure.TrySetException(new InvalidOperationException(reason));

    public ValueTask DisposeAsync()
    {
        Assert.True(File.Exists(KubeConfig), "the folder went before the sandbox did");
        IsDisposed = true;
        return default;
    }
}
