using System.Globalization;

namespace ConsulPets.Model.Tests.Simulation;

/// <summary>
/// A cluster of one set, second by second: the controller, pods and processes, gossip, raft and autopilot, each with its delays. It is written from Kubernetes' and Consul's behaviour and knows
/// nothing of the planner; quorums are counted by hand.
/// </summary>
internal sealed partial class SimCluster
{
    public const int StabilizationSeconds = 10;

    private readonly SimScenario scenario;
    private readonly List<string>? log;
    private SimRandom random;
    private int lastUid;

    public SimCluster(SimScenario scenario, List<string>? log)
    {
        this.scenario = scenario;
        this.log = log;
        random = new SimRandom((scenario.Seed * 104729) + 1);
        Replicas = scenario.Size;
        OnDelete = scenario.StartsOnDelete;
        MinQuorum = scenario.MinQuorum;
        Template = scenario.StuckPets > 0 ? "bad-2" : "rev-1";
        UpdateRevision = Template;
        for (int place = 0; place < scenario.Size; place++)
        {
            bool isStuck = !scenario.IsDaemonSet && place >= scenario.Size - scenario.StuckPets;
            SimPod pod = AddPod(place, isStuck ? "bad-2" : "rev-1");
            pod.StartsAt = 0;
            pod.RanAt = -100;
            pod.IsRunning = pod.IsReady = !isStuck;
            SimServer server = pod.Server;
            server.IsAlive = !isStuck;
            server.Address = server.OwnAddress = pod.Address;
            server.Serf = isStuck ? ConsulMemberStatus.Failed : ConsulMemberStatus.Alive;
            server.IsInRaft = server.IsVoter = true;
            server.AutopilotHealthy = !isStuck;
            server.AutopilotSince = server.UpSince = server.JoinedAt = -100;
            server.LastGood = isStuck ? -1000 : 0;
        }

        if (!scenario.IsDaemonSet)
        {
            // A volume of an ordinal that was given up long ago.
            Claims[scenario.FirstOrdinal + 7] = true;
        }

        Leader = Servers.Where(static server => server.IsAlive).ElementAtOrDefault(scenario.LeaderPlace ?? random.Next(Math.Max(1, scenario.Size - scenario.StuckPets)));
        autopilotOf = Leader;
        LeaderSince = -100;
    }

    public int Now { get; private set; }

    public List<SimPod> Pods { get; } = [];

    public List<SimServer> Servers { get; } = [];

    /// <summary>The claims by ordinal.</summary>
    public Dictionary<int, bool> Claims { get; } = [];

    public int Replicas { get; set; }

    public int Partition { get; set; }

    public bool OnDelete { get; set; }

    public string Template { get; set; }

    /// <summary>Counts every change of the specification, and of the annotation with it.</summary>
    public int ResourceVersion { get; set; }

    public int Generation { get; set; }

    public int ObservedGeneration { get; private set; }

    public string UpdateRevision { get; private set; }

    public string CurrentRevision { get; private set; } = "rev-1";

    public OperationState? State { get; set; }

    public SimServer? Leader { get; private set; }

    public int LeaderSince { get; private set; }

    public int LeaderlessSince { get; private set; } = 1_000_000;

    public int MinQuorum { get; set; }

    public SimScenario Scenario => scenario;

    /// <summary>Told before the controller replaces a pod because the operator ordered it.</summary>
    public Action<SimPod>? OnOrderedReplacement { get; set; }

    public int Voters => Servers.Count(static server => server is { IsInRaft: true, IsVoter: true });

    public bool IsLogging => log is not null;

    public void Say(string text) => log?.Add(string.Create(CultureInfo.InvariantCulture, $"{Now,4} s  {text}"));

    /// <summary>One second.</summary>
    public void Tick()
    {
        Now++;
        ControlPods();
        RunPods();
        Gossip();
        Raft();
        Autopilot();
        foreach (SimPod pod in Pods)
        {
            SimServer server = pod.Server;
            if (server is { IsInRaft: true, IsVoter: true, Answers: true } && Seen(server) == ConsulMemberStatus.Alive && !pod.IsDeleting)
            {
                server.GoodSince = server.LastGood < Now - 1 ? Now : server.GoodSince;
                server.LastGood = Now;
            }
        }
    }

    public SimPod? PodOf(SimServer server)
    {
        foreach (SimPod pod in Pods)
        {
            if (ReferenceEquals(pod.Server, server))
            {
                return pod;
            }
        }

        return null;
    }

    public SimPod? PodAt(int place)
    {
        foreach (SimPod pod in Pods)
        {
            if (pod.Place == place)
            {
                return pod;
            }
        }

        return null;
    }

    public SimPod? PodNamed(string name) => Pods.Find(pod => pod.Name == name);

    private SimPod AddPod(int place, string revision)
    {
        int uid = ++lastUid;
        SimServer? server;
        string name;
        if (scenario.IsDaemonSet)
        {
            name = CattleName(uid);
            server = new SimServer(name, string.Create(CultureInfo.InvariantCulture, $"id-{uid}"));
            Servers.Add(server);
        }
        else
        {
            int ordinal = scenario.FirstOrdinal + place;
            name = string.Create(CultureInfo.InvariantCulture, $"consul-{ordinal}");
            server = Claims.GetValueOrDefault(ordinal) ? Servers.FindLast(one => one.Name == name) : null;
            if (server is null)
            {
                server = new SimServer(name, string.Create(CultureInfo.InvariantCulture, $"id-{uid}"));
                Servers.Add(server);
            }

            Claims[ordinal] = true;
        }

        bool isStuck = revision.StartsWith("bad", StringComparison.Ordinal);
        var pod = new SimPod(name, place, string.Create(CultureInfo.InvariantCulture, $"uid-{uid}"), revision, server)
        {
            IsStuck = isStuck,
            Address = string.Create(CultureInfo.InvariantCulture, $"10.0.0.{uid}"),
            StartsAt = Now + random.Between(1, 4),
            CreatedAt = Now,
        };
        Pods.Add(pod);
        return pod;
    }

    /// <summary>The name of a DaemonSet's pod; those of the beginning are numbered from 1.</summary>
    public static string CattleName(int uid) => $"cattle-{Letters(uid)}";

    private static string Letters(int number)
    {
        const string Alphabet = "bcdfghjklmnpqrstvwxz";
        return new string([Alphabet[number / 400 % 20], Alphabet[number / 20 % 20], Alphabet[number % 20], 'z', 'z']);
    }
}
