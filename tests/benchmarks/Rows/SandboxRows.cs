using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using ConsulPets.Benchmarks.Hosting;
using ConsulPets.Benchmarks.Measuring;

namespace ConsulPets.Benchmarks.Rows;

/// <summary>The sandbox: how soon it is there, how it bears many pets, and whether it keeps what it no longer needs.</summary>
internal static class SandboxRows
{
    private const int Sets = 100;
    private const int Pets = 300;

    /// <summary>From nothing to ready, and from New-ConsulPetSet to a leader.</summary>
    public static async Task StartAsync()
    {
        var starts = new List<double>();
        var leaders = new List<double>();
        for (int round = -1; round < Settings.Runs; round++)
        {
            long began = Stopwatch.GetTimestamp();
            await using SandboxProcess sandbox = await SandboxProcess.StartAsync();
            await sandbox.ReadAsync("/readyz");
            double start = Stopwatch.GetElapsedTime(began).TotalMilliseconds;
            using var session = new WarmSession();
            string image = await ImageAsync(sandbox);
            began = Stopwatch.GetTimestamp();
            session.Run($"New-ConsulPetSet consul -KubeConfig '{sandbox.KubeConfig}' -Image {image}");
            session.Run($"Wait-ConsulPetSet consul -For Leader -KubeConfig '{sandbox.KubeConfig}' -TimeoutSeconds 120");
            if (round >= 0)
            {
                starts.Add(start);
                leaders.Add(Stopwatch.GetElapsedTime(began).TotalMilliseconds);
            }
        }

        Report.Heading("The sandbox");
        Report.Print(Slowest("start to ready, a process", starts, 2000));
        Report.Print(Slowest("New-ConsulPetSet to a leader of three", leaders, 15_000));
    }

    /// <summary>Three hundred pets over one hundred sets.</summary>
    public static async Task ListAsync()
    {
        await using SandboxProcess sandbox = await SandboxProcess.StartAsync();
        long began = Stopwatch.GetTimestamp();
        for (int set = 0; set < Sets; set++)
        {
            await sandbox.CreateAsync("/apis/apps/v1/namespaces/default/statefulsets", SleepingSet($"set-{set}"));
        }

        int ready = 0;
        var seen = new HashSet<string>();
        await sandbox.WatchAsync("/api/v1/namespaces/default/pods?watch=true", change =>
        {
            JsonElement pod = change.GetProperty("object");
            if (pod.GetProperty("status").TryGetProperty("conditions", out JsonElement conditions)
                && conditions.EnumerateArray().Any(static condition => condition.GetProperty("type").GetString() == "Ready" && condition.GetProperty("status").GetString() == "True")
                && seen.Add(pod.GetProperty("metadata").GetProperty("uid").GetString()!))
            {
                ready++;
            }

            return ready == Pets;
        });
        double all = Stopwatch.GetElapsedTime(began).TotalMilliseconds;
        double[] lists = await OftenAsync(() => sandbox.ReadAsync("/api/v1/namespaces/default/pods"));
        double[] sets = await OftenAsync(() => sandbox.ReadAsync("/apis/apps/v1/namespaces/default/statefulsets"));
        double[] watches = await OftenAsync(() => sandbox.WatchAsync("/api/v1/namespaces/default/pods?watch=true", static _ => true));
        Report.Heading(string.Create(CultureInfo.InvariantCulture, $"{Pets} pets over {Sets} sets (all running after {all / 1000:0.0} s, {sandbox.MemoryMebibytes:0} MiB)"));
        Report.Print(Slowest("list of the pods", lists, 200));
        Report.Print(Slowest("list of the sets", sets, 200));
        Report.Print(Slowest("a watch's first line", watches, 200));
    }

    /// <summary>Sets are made and deleted for some minutes; what the process holds is told every half minute.</summary>
    public static async Task ChurnAsync()
    {
        await using SandboxProcess sandbox = await SandboxProcess.StartAsync();
        long began = Stopwatch.GetTimestamp();
        double told = 0;
        int rounds = 0;
        Console.WriteLine();
        Console.WriteLine("## Churn");
        Console.WriteLine();
        Console.WriteLine("| seconds | sets made and deleted | MiB |");
        Console.WriteLine("| ---: | ---: | ---: |");
        while (Stopwatch.GetElapsedTime(began) < Settings.Churn)
        {
            string name = string.Create(CultureInfo.InvariantCulture, $"churn-{rounds++}");
            await sandbox.CreateAsync("/apis/apps/v1/namespaces/default/statefulsets", SleepingSet(name));
            await sandbox.CreateAsync("/api/v1/namespaces/default/configmaps", $$$"""{"metadata":{"name":"{{{name}}}"},"data":{"text":"{{{new string('x', 20_000)}}}"}}""");
            await sandbox.WatchAsync("/apis/apps/v1/namespaces/default/statefulsets?watch=true&fieldSelector=metadata.name%3D" + name, static change =>
                change.GetProperty("object").GetProperty("status").TryGetProperty("readyReplicas", out JsonElement count) && count.GetInt32() == 3);
            await sandbox.DeleteAsync($"/apis/apps/v1/namespaces/default/statefulsets/{name}");
            await sandbox.DeleteAsync($"/api/v1/namespaces/default/configmaps/{name}");
            double seconds = Stopwatch.GetElapsedTime(began).TotalSeconds;
            if (seconds - told >= 30)
            {
                told = seconds;
                Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| {seconds:0} | {rounds} | {sandbox.MemoryMebibytes:0} |"));
            }
        }
    }

    private static Row Slowest(string what, IReadOnlyList<double> figures, double goal) => new(what, string.Empty, null, figures.Max(), null)
    {
        GoalMilliseconds = goal,
        Note = string.Create(CultureInfo.InvariantCulture, $"the slowest of {figures.Count}; median {Alternation.Median([.. figures]):0}"),
    };

    private static async Task<double[]> OftenAsync(Func<Task> run)
    {
        var figures = new List<double>();
        for (int round = -1; round < Settings.Runs; round++)
        {
            long began = Stopwatch.GetTimestamp();
            await run();
            if (round >= 0)
            {
                figures.Add(Stopwatch.GetElapsedTime(began).TotalMilliseconds);
            }
        }

        return [.. figures];
    }

    private static async Task<string> ImageAsync(SandboxProcess sandbox) => (await sandbox.GetAsync("/api/v1/nodes")).GetProperty("items")[0].GetProperty("status").GetProperty("images")
        .EnumerateArray().SelectMany(static image => image.GetProperty("names").EnumerateArray()).Select(static name => name.GetString()!)
        .First(static name => name.Contains("hashicorp/consul:", StringComparison.Ordinal)).Replace("docker.io/", string.Empty, StringComparison.Ordinal);

    private static string SleepingSet(string name) => $$"""
        { "metadata": { "name": "{{name}}" },
          "spec": { "replicas": 3, "serviceName": "{{name}}", "podManagementPolicy": "Parallel", "selector": { "matchLabels": { "set": "{{name}}" } },
            "template": { "metadata": { "labels": { "set": "{{name}}" } },
              "spec": { "terminationGracePeriodSeconds": 0, "containers": [ { "name": "sleep", "image": "busybox", "command": ["sleep", "100000"] } ] } } } }
        """;
}
