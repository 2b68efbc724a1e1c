using System.Globalization;
using System.Text.Json.Nodes;

namespace ConsulPets.Fakes;

/// <summary>
/// A healthy StatefulSet of Consul servers behind a <see cref="FakeApiServer"/>: the cluster's objects, and Consul behind the pod proxy. A pod that is deleted
/// is made again with another ID and address, and is the same member.
/// </summary>
public sealed class FakePetSet
{
    private readonly FakeApiServer server;

    public FakePetSet(FakeApiServer server, int replicas = 3, string name = "consul", string space = "default")
    {
        ArgumentNullException.ThrowIfNull(server);
        this.server = server;
        Name = name;
        Namespace = space;
        Cluster = new FakeCluster(server) { OnDeleted = OnDeleted };
        server.On("*", "/api/v1/namespaces/(?<ns>[^/]+)/pods/(?<scheme>https?):(?<pod>[^:/]+):(?<port>[0-9]+)/proxy/v1/(?<path>.+)", ProxyAsync);
        Cluster.Put("namespaces", Object("v1", "Namespace", space, null));
        Cluster.Put("storageclasses", Object("storage.k8s.io/v1", "StorageClass", "standard", null));
        for (int node = 1; node <= 3; node++)
        {
            Cluster.Put("nodes", Node(string.Create(CultureInfo.InvariantCulture, $"worker-{node}")));
        }

        Cluster.Put("statefulsets", StatefulSet(replicas));
        for (int ordinal = 0; ordinal < replicas; ordinal++)
        {
            AddPet(ordinal);
        }

        Consul.Leader = replicas > 0 ? IdOf(PodName(0)) : null;
    }

    public string Name { get; }

    public string Namespace { get; }

    public FakeCluster Cluster { get; }

    public FakeConsul Consul { get; } = new();

    /// <summary>Pods whose Consul does not answer: the API server says so.</summary>
    public HashSet<string> DeadPods { get; } = [];

    /// <summary>Whether the account may not use the pod proxy.</summary>
    public bool ProxyIsForbidden { get; set; }

    /// <summary>Whether a controller makes deleted pods again.</summary>
    public bool RemakesPods { get; set; } = true;

    public string Uid => (string)Cluster.Find(Namespace, "statefulsets", Name)!["metadata"]!["uid"]!;

    public static string IdOf(string name) => "00000000-0000-4000-8000-" + name.PadLeft(12, '0');

    public string PodName(int ordinal) => string.Create(CultureInfo.InvariantCulture, $"{Name}-{ordinal}");

    /// <summary>Adds a pod with its claim, member and raft peer.</summary>
    public void AddPet(int ordinal)
    {
        string pod = PodName(ordinal);
        string ip = string.Create(CultureInfo.InvariantCulture, $"10.244.1.{ordinal + 10}");
        Cluster.Put("pods", Pod(pod, ip));
        AddClaim(ordinal);
        Consul.Members.Add(new FakeMember(pod, ip, IdOf(pod)));
        Consul.WanMembers.Add(new FakeMember($"{pod}.dc1", ip, IdOf(pod)) { Port = 8302 });
        Consul.Peers.Add(new FakePeer(IdOf(pod), pod, $"{ip}:8300"));
    }

    public void AddClaim(int ordinal)
    {
        JsonObject claim = Object("v1", "PersistentVolumeClaim", $"data-{PodName(ordinal)}", Namespace);
        claim["metadata"]!["labels"] = Labels();
        claim["spec"] = new JsonObject { ["resources"] = new JsonObject { ["requests"] = new JsonObject { ["storage"] = "10Gi" } } };
        claim["status"] = new JsonObject { ["phase"] = "Bound" };
        Cluster.Put("persistentvolumeclaims", claim);
    }

    /// <summary>Adds a disruption budget that covers the set's pods.</summary>
    public void AddBudget(string name = "consul", JsonNode? maxUnavailable = null)
    {
        JsonObject budget = Object("policy/v1", "PodDisruptionBudget", name, Namespace);
        budget["spec"] = new JsonObject { ["maxUnavailable"] = maxUnavailable ?? 1, ["selector"] = new JsonObject { ["matchLabels"] = Labels() } };
        Cluster.Put("poddisruptionbudgets", budget);
    }

    /// <summary>Leaves a member behind that no pod bears: the set was larger once.</summary>
    public FakeMember AddStaleMember(int ordinal, int status = 4, bool isPeer = false)
    {
        string name = PodName(ordinal);
        var member = new FakeMember(name, "10.244.9.9", IdOf(name), status);
        Consul.Members.Add(member);
        if (isPeer)
        {
            Consul.Peers.Add(new FakePeer(member.NodeId, name, "10.244.9.9:8300") { IsHealthy = false });
        }

        return member;
    }

    /// <summary>Gives a pod's Consul another node name and another advertised address than the pod's.</summary>
    public void Rename(string pod, string member, string address) => Consul.Change(consul =>
    {
        int index = consul.Members.FindIndex(candidate => candidate.Name == pod);
        consul.Members[index] = consul.Members[index] with { Name = member, Address = address };
        consul.NodeIds[pod] = consul.Members[index].NodeId;
        int peer = consul.Peers.FindIndex(candidate => candidate.Name == pod);
        consul.Peers[peer] = consul.Peers[peer] with { Name = member, Address = $"{address}:8300" };
    });

    /// <summary>Changes a pod's readiness, as the kubelet would, with the event.</summary>
    public void SetReady(string pod, bool isReady) => Cluster.Change(Namespace, "pods", pod, item => item["status"]!["conditions"] = Conditions(isReady));

    private static JsonObject Object(string apiVersion, string kind, string name, string? space)
    {
        var metadata = new JsonObject { ["name"] = name };
        if (space is not null)
        {
            metadata["namespace"] = space;
        }

        return new JsonObject { ["apiVersion"] = apiVersion, ["kind"] = kind, ["metadata"] = metadata };
    }

    private static JsonObject Node(string name)
    {
        JsonObject node = Object("v1", "Node", name, null);
        node["metadata"]!["labels"] = new JsonObject { ["kubernetes.io/hostname"] = name };
        node["spec"] = new JsonObject();
        node["status"] = new JsonObject { ["conditions"] = Conditions(true) };
        return node;
    }

    private static JsonArray Conditions(bool isReady) => new(new JsonObject { ["type"] = "Ready", ["status"] = isReady ? "True" : "False" });

    private static JsonObject Container() => new()
    {
        ["name"] = "consul",
        ["image"] = "hashicorp/consul:1.21.4",
        ["args"] = new JsonArray("agent", "-server"),
        ["ports"] = new JsonArray(new JsonObject { ["name"] = "http", ["containerPort"] = 8500 }),
    };

    private JsonObject Labels() => new()
    {
        ["app.kubernetes.io/name"] = "consul",
        ["app.kubernetes.io/instance"] = Name,
        ["app.kubernetes.io/component"] = "server",
    };

    private JsonObject StatefulSet(int replicas)
    {
        JsonObject set = Object("apps/v1", "StatefulSet", Name, Namespace);
        set["metadata"]!["labels"] = Labels();
        set["metadata"]!["creationTimestamp"] = "2026-11-01T00:00:00Z";
        set["spec"] = new JsonObject
        {
            ["replicas"] = replicas,
            ["serviceName"] = Name,
            ["selector"] = new JsonObject { ["matchLabels"] = Labels() },
            ["template"] = new JsonObject
            {
                ["metadata"] = new JsonObject { ["labels"] = Labels() },
                ["spec"] = new JsonObject { ["containers"] = new JsonArray(Container()), ["terminationGracePeriodSeconds"] = 30 },
            },
            ["volumeClaimTemplates"] = new JsonArray(new JsonObject { ["metadata"] = new JsonObject { ["name"] = "data" } }),
        };
        set["status"] = new JsonObject { ["observedGeneration"] = 1, ["replicas"] = replicas, ["updateRevision"] = $"{Name}-r1", ["currentRevision"] = $"{Name}-r1" };
        return set;
    }

    private JsonObject Pod(string name, string ip)
    {
        JsonObject pod = Object("v1", "Pod", name, Namespace);
        JsonObject labels = Labels();
        labels["controller-revision-hash"] = $"{Name}-r1";
        pod["metadata"]!["labels"] = labels;
        pod["metadata"]!["ownerReferences"] = new JsonArray(new JsonObject { ["kind"] = "StatefulSet", ["name"] = Name, ["uid"] = Uid, ["controller"] = true });
        pod["spec"] = new JsonObject
        {
            ["nodeName"] = "worker-1",
            ["containers"] = new JsonArray(Container()),
            ["volumes"] = new JsonArray(new JsonObject { ["name"] = "data", ["persistentVolumeClaim"] = new JsonObject { ["claimName"] = $"data-{name}" } }),
        };
        pod["status"] = new JsonObject
        {
            ["phase"] = "Running",
            ["podIP"] = ip,
            ["hostIP"] = "172.18.0.2",
            ["conditions"] = Conditions(true),
            ["containerStatuses"] = new JsonArray(new JsonObject { ["name"] = "consul", ["restartCount"] = 0, ["state"] = new JsonObject { ["running"] = new JsonObject() } }),
        };
        return pod;
    }

    private void OnDeleted(string plural, JsonObject item)
    {
        string name = (string)item["metadata"]!["name"]!;
        if (plural == "pods" && RemakesPods && Cluster.Find(Namespace, "statefulsets", Name) is not null)
        {
            Cluster.Put("pods", Pod(name, "10.244.2." + name[^1]), announce: true);
        }
    }

    private Task ProxyAsync(FakeCall call)
    {
        string pod = call["pod"];
        if (ProxyIsForbidden)
        {
            return call.StatusAsync(403, "Forbidden", $"pods \"{pod}\" is forbidden: User \"fake-user\" cannot get resource \"pods/proxy\" in API group \"\" in the namespace \"{call["ns"]}\"");
        }

        if (Cluster.Find(call["ns"], "pods", pod) is null)
        {
            return call.StatusAsync(404, "NotFound", $"pods \"{pod}\" not found");
        }

        return DeadPods.Contains(pod)
            ? call.StatusAsync(503, "ServiceUnavailable", $"error trying to reach the service: dial tcp 10.244.1.10:{call["port"]}: connect: connection refused")
            : Consul.AnswerAsync(pod, call["path"], call);
    }
}
