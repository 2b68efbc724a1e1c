using System.Diagnostics;
using ConsulPets.Benchmarks.Hosting;
using ConsulPets.Benchmarks.Measuring;

namespace ConsulPets.Benchmarks.Rows;

/// <summary>What a session pays that has run the command before, beside the command-line tool that answers the same question.</summary>
internal static class WarmRows
{
    private const int RunsToWarmUp = 40;
    private const int Waits = 7;

    /// <summary>The members of a Consul on this machine.</summary>
    public static async Task MembersAsync()
    {
        using ConsulAgent agent = await ConsulAgent.StartAsync(Settings.Consul!);
        using var session = new WarmSession();
        string command = $"Get-ConsulMember -Address http://{agent.Address}";
        WarmUp(session, command);
        IReadOnlyList<double[]> medians = await Alternation.MediansAsync(
            Settings.Runs,
            new Contender("peer", async () => [(await ChildProcess.RunAsync(Settings.Consul!, ["members", $"-http-addr={agent.Address}"])).Milliseconds]),
            new Contender("ours", () => OftenAsync(session, command)));
        Report.Heading("Members, warm");
        Report.Print(new Row("Get-ConsulMember -Address, warm", "consul members, a process", medians[0][0], medians[1][0], 0.1));
    }

    /// <summary>The sets and the pets of a cluster.</summary>
    /// <param name="set">The set.</param>
    public static async Task SetsAsync(BenchSet set)
    {
        using var session = new WarmSession();
        string where = $"-KubeConfig '{Settings.KubeConfig}' -Namespace {BenchSet.Namespace}";
        session.Run($"Wait-ConsulPetSet {BenchSet.Name} {where} -TimeoutSeconds 180");
        string sets = $"Get-ConsulPetSet {where}";
        string pets = $"Get-ConsulPet {where}";
        WarmUp(session, sets);
        WarmUp(session, pets);
        IReadOnlyList<double[]> medians = await Alternation.MediansAsync(
            Settings.Runs,
            new Contender("peer", async () => [(await ChildProcess.RunAsync("kubectl", ["--kubeconfig", Settings.KubeConfig!, "-n", BenchSet.Namespace, "get", "sts,pods", "-o", "json"])).Milliseconds]),
            new Contender("sets", () => OftenAsync(session, sets)),
            new Contender("pets", () => OftenAsync(session, pets)));
        Report.Heading("Sets and pets, warm");
        Report.Print(new Row("Get-ConsulPetSet, warm", "kubectl get sts,pods -o json, a process", medians[0][0], medians[1][0], 1) { Note = $"{session.Run($"{sets} -Debug").Requests} requests" });
        Report.Print(new Row("Get-ConsulPet, warm", "kubectl get sts,pods -o json, a process", medians[0][0], medians[2][0], 1) { Note = $"{session.Run($"{pets} -Debug").Requests} requests" });
    }

    /// <summary>From the event that makes a wait's condition true to the wait's end.</summary>
    /// <param name="set">The set.</param>
    public static async Task WaitAsync(BenchSet set)
    {
        using var session = new WarmSession();
        string pod = $"{BenchSet.Name}-0";
        string wait = $"Wait-ConsulPetSet {BenchSet.Name} -KubeConfig '{Settings.KubeConfig}' -Namespace {BenchSet.Namespace} -TimeoutSeconds 180";
        session.Run(wait);
        var delays = new List<double>();
        for (int round = -1; round < Math.Min(Settings.Runs, Waits); round++)
        {
            await set.SetGateAsync(pod, open: false);
            await set.WatchAsync(pod, ready: false);
            Task<long> ours = Task.Run(() =>
            {
                session.Run(wait);
                return Stopwatch.GetTimestamp();
            });
            Task<long> reference = set.WatchAsync(pod, ready: true);
            await Task.Delay(TimeSpan.FromSeconds(3 + (0.31 * round)));
            await set.SetGateAsync(pod, open: true);
            double delay = Stopwatch.GetElapsedTime(await reference, await ours).TotalMilliseconds;
            if (round >= 0)
            {
                delays.Add(delay);
            }
        }

        Report.Heading("Waiting");
        Report.Print(new Row("Wait-ConsulPetSet returns after the watch event", "the event, seen by a watch beside it", null, Alternation.Median([.. delays]), null)
        {
            GoalMilliseconds = 300,
            Note = FormattableString.Invariant($"slowest of {delays.Count}: {delays.Max():0} ms"),
        });
    }

    private static void WarmUp(WarmSession session, string command)
    {
        for (int run = 0; run < RunsToWarmUp; run++)
        {
            session.Run(command);
        }
    }

    // One figure of several runs: a single one of a few milliseconds is at the mercy of the scheduler.
    private static Task<double[]> OftenAsync(WarmSession session, string command) =>
        Task.FromResult(new[] { Alternation.Median([.. Enumerable.Range(0, 10).Select(_ => session.Time(command))]) });
}
