using ConsulPets.Engine.Consul;

namespace ConsulPets.Engine.Tests;

/// <summary>A fake cluster with a pet set in it, and the module's own way to it.</summary>
internal sealed class Lab : IAsyncDisposable
{
    private Lab(FakeApiServer server, FakePetSet set, TimeProvider? clock)
    {
        Server = server;
        Set = set;
        Connection = Connect(server.KubeConfig);
        Api = new KubernetesApi(Connection);
        Observer = new PetSetObserver(Api, token: "secret", clock) { OnDetail = Details.Add };
    }

    public FakeApiServer Server { get; }

    public FakePetSet Set { get; }

    public KubernetesConnection Connection { get; }

    public KubernetesApi Api { get; }

    public PetSetObserver Observer { get; }

    public System.Collections.Concurrent.ConcurrentBag<string> Details { get; } = [];

    public static CancellationToken Token => CancellationToken.None;

    public static async Task<Lab> StartAsync(int replicas = 3, TimeProvider? clock = null)
    {
        FakeApiServer server = await FakeApiServer.StartAsync();
        return new Lab(server, new FakePetSet(server, replicas), clock);
    }

    public static KubernetesConnection Connect(string kubeConfig)
    {
        var choice = new ClusterChoice(kubeConfig, null);
        return new KubernetesConnection(KubeConfigLoader.Load(choice), choice);
    }

    public Task<ObservedWorkload> WorkloadAsync() => Observer.GetWorkloadAsync("default", "consul", Token);

    public async Task<PetSetObservation> ObserveAsync(ConsulQuestions questions = default) => await Observer.ObserveAsync(await WorkloadAsync(), questions, Token);

    public static async Task<ConsulPetsException> FailsAsync(string errorId, Func<Task> action)
    {
        ConsulPetsException exception = await Assert.ThrowsAsync<ConsulPetsException>(action);
        Assert.True(errorId == exception.ErrorId, $"expected {errorId}, and it is {exception.ErrorId}: {exception.Message}");
        return exception;
    }

    public async ValueTask DisposeAsync()
    {
        Connection.Dispose();
        await Server.DisposeAsync();
    }
}

/// <summary>Sets environment variables for the length of a test. Such tests share a collection, so that none runs beside another.</summary>
internal sealed class EnvironmentVariables : IDisposable
{
    public const string Collection = "environment variables";

    private readonly Dictionary<string, string?> before = [];

    public EnvironmentVariables(params (string Name, string? Value)[] variables)
    {
        foreach ((string name, string? value) in variables)
        {
            before[name] = Environment.GetEnvironmentVariable(name);
            Environment.SetEnvironmentVariable(name, value);
        }
    }

    public void Dispose()
    {
        foreach ((string name, string? value) in before)
        {
            Environment.SetEnvironmentVariable(name, value);
        }
    }
}
