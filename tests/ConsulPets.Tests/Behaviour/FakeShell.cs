using ConsulPets.Fakes;

namespace ConsulPets.Tests.Behaviour;

/// <summary>A session with the built module, before a fake cluster with a pet set in it: for what a real cluster will not do on demand.</summary>
public sealed class FakeShell : IAsyncDisposable
{
    private FakeShell(FakeApiServer server, int replicas)
    {
        Server = server;
        Set = new FakePetSet(server, replicas);
        Shell = new Shell(kubeConfig: server.KubeConfig);
    }

    public FakeApiServer Server { get; }

    public FakePetSet Set { get; }

    public Shell Shell { get; }

    public static async Task<FakeShell> StartAsync(int replicas = 3, FakeApiServerOptions? options = null) => new(await FakeApiServer.StartAsync(options), replicas);

    public async ValueTask DisposeAsync()
    {
        Shell.Dispose();
        await Server.DisposeAsync();
    }
}
