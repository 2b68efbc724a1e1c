using ConsulPets.Benchmarks;
using ConsulPets.Benchmarks.Clients;
using ConsulPets.Benchmarks.Hosting;
using ConsulPets.Benchmarks.Rows;

// The program starts itself again for what must be timed in a fresh process.
switch (args)
{
    case ["session", var manifest, var script]:
        return HostMode.Run(manifest, script);
    case ["list", var client, var kubeConfig, var namespaceName]:
        Console.WriteLine(await ListAsync(client, kubeConfig, namespaceName));
        return 0;
}

try
{
    Settings.Read(args);
}
catch (Exception exception) when (exception is ArgumentException or FormatException)
{
    await Console.Error.WriteLineAsync(exception.Message);
    return 2;
}

Console.WriteLine($"{Environment.ProcessorCount} processors, .NET {Environment.Version}, medians of {Settings.Runs} alternating runs");
Directory.CreateDirectory(Settings.Scratch);
try
{
    await MeasureAsync();
    return 0;
}
finally
{
    Directory.Delete(Settings.Scratch, recursive: true);
}

static async Task MeasureAsync()
{
    bool cluster = Settings.KubeConfig is not null;
    if (!cluster)
    {
        Console.WriteLine("CONSULPETS_TEST_KUBECONFIG is not set, and --kubeconfig was not given: the rows that need a cluster are left out.");
    }

    if (Wanted("clients") && cluster)
    {
        await ClientRows.MeasureAsync();
    }

    if (Wanted("import"))
    {
        await FreshRows.ImportAsync();
    }

    if (Wanted("first") && cluster)
    {
        await FreshRows.FirstAsync();
    }

    if (Wanted("members"))
    {
        if (Settings.Consul is null)
        {
            Console.WriteLine("No consul program was found (CONSULPETS_TEST_CONSUL, PATH, the cache of tests/cluster): its row is left out.");
        }
        else
        {
            await WarmRows.MembersAsync();
        }
    }

    if (Wanted("sandbox"))
    {
        await SandboxRows.StartAsync();
        await SandboxRows.ListAsync();
    }

    // Ten minutes of it: only when it is asked for.
    if (Settings.Only == "churn")
    {
        await SandboxRows.ChurnAsync();
    }

    if ((Wanted("sets") || Wanted("wait")) && cluster)
    {
        await using BenchSet set = await BenchSet.MakeAsync();
        if (Wanted("sets"))
        {
            await WarmRows.SetsAsync(set);
        }

        if (Wanted("wait"))
        {
            await WarmRows.WaitAsync(set);
        }
    }
}

static bool Wanted(string group) => Settings.Only is null || Settings.Only == group;

static async Task<int> ListAsync(string client, string kubeConfig, string namespaceName)
{
    switch (client)
    {
        case "plain":
            using (HttpClient http = PlainClient.Open(kubeConfig))
            {
                return await PlainClient.CountPodsAsync(http, namespaceName);
            }

        case "full":
            return await FullClientList.CountPodsAsync(kubeConfig, namespaceName);
        case "aot":
            return await AotClientList.CountPodsAsync(kubeConfig, namespaceName);
        case "credentials":
            return await AotCredentialsList.CountPodsAsync(kubeConfig, namespaceName);
        default:
            throw new ArgumentException($"no such client: {client}");
    }
}
