using System.Globalization;

namespace ConsulPets.Model.Tests;

/// <summary>Observations of any shape, consistent or not: what the rules must never be fooled by.</summary>
internal static class RandomObservation
{
    private static readonly string[] Cattle = ["cattle-bcdfg", "cattle-hjklm", "cattle-npqrs", "cattle-wkhkr", "cattle-24567"];
    private static readonly string[] Strangers = ["vm-1", "other-3", "consul-01", "consul-x", "cattle-aeiou", "cattle-bcdf", "consul-east-4", "web-7"];

    public static void ForEach(int count, Action<PetSetObservation> check)
    {
        for (int seed = 0; seed < count; seed++)
        {
            PetSetObservation observation = Make(new Random(seed));
            try
            {
                check(observation);
            }
            catch (Exception exception)
            {
                throw new InvalidOperationException(string.Create(CultureInfo.InvariantCulture, $"seed {seed}: {exception.Message}"), exception);
            }
        }
    }

    public static PetSetObservation Make(Random random)
    {
        bool isDaemonSet = random.Next(3) == 0;
        ObservedWorkload workload = (isDaemonSet ? Given.DaemonSet() : Given.StatefulSet()) with
        {
            Replicas = random.Next(6),
            FirstOrdinal = random.Next(4) == 0 ? 2 : 0,
            HostNetwork = random.Next(5) == 0,
            ControllerIsCurrent = random.Next(6) != 0,
        };
        string[] own = isDaemonSet ? Cattle : [.. Enumerable.Range(0, 8).Select(static n => string.Create(CultureInfo.InvariantCulture, $"consul-{n}"))];
        string[] names = [.. own, .. Strangers];
        ObservedPod[] pods = [.. own.Where(_ => random.Next(2) == 0).Select(name => Given.Pod(name, Address(random)) with
        {
            Running = random.Next(4) != 0,
            Ready = random.Next(3) != 0,
            Deleting = random.Next(8) == 0,
            AgentNodeId = random.Next(4) == 0 ? Id(random, names) : null,
            Revision = random.Next(5) == 0 ? "old" : "new",
            Created = Given.Now.AddSeconds(-random.Next(300)),
            Claims = random.Next(3) == 0 ? [] : [$"data-{name}"],
        })];
        return new PetSetObservation
        {
            Taken = Given.Now,
            Workload = workload,
            Pods = pods,
            Claims = isDaemonSet ? [] : [.. Enumerable.Range(0, 8).Where(_ => random.Next(2) == 0).Select(n => Given.Claim(string.Create(CultureInfo.InvariantCulture, $"data-consul-{n}"), n) with { Deleting = random.Next(6) == 0 })],
            Consul = random.Next(8) == 0 ? null : Consul(random, names),
        };
    }

    private static ObservedConsul Consul(Random random, string[] names)
    {
        ObservedMember[] members = [.. names.Where(_ => random.Next(2) == 0).Select(name => Given.Member(
            name, (ConsulMemberStatus)random.Next(5), random.Next(5) == 0 ? Id(random, names) : null, Address(random)))];
        string[] peers = [.. names.Where(_ => random.Next(3) == 0)];
        int leader = random.Next(-1, peers.Length);
        return new ObservedConsul
        {
            AnsweredBy = "consul-0",
            Members = members,
            WanMembers = random.Next(2) == 0 ? null : [.. names.Where(_ => random.Next(3) == 0).Select(name => Given.Member($"{name}.dc1", (ConsulMemberStatus)random.Next(5), Given.Id(name)))],
            Peers = random.Next(8) == 0 ? null : [.. peers.Select((name, n) => Given.Peer(name, n == leader, random.Next(5) != 0) with { Name = members.Any(member => member.Name == name) ? name : "(unknown)" })],
            PeersAreStale = random.Next(6) == 0,
            Health = random.Next(4) == 0 ? null : [.. peers.Where(_ => random.Next(6) != 0).Select(name => Given.Health(name, random.Next(3) != 0))],
            FilteredByAcls = random.Next(6) == 0,
        };
    }

    private static string Id(Random random, string[] names) => Given.Id(names[random.Next(names.Length)]);

    private static string Address(Random random) => string.Create(CultureInfo.InvariantCulture, $"10.244.0.{random.Next(6)}");
}
