using System.Globalization;
using System.Text.Json.Nodes;

namespace ConsulPets.Fakes;

/// <summary>A gossip member; the numbers of the status are serf's: 1 alive, 2 leaving, 3 left, 4 failed.</summary>
public sealed record FakeMember(string Name, string Address, string NodeId, int Status = 1)
{
    public string Role { get; init; } = "consul";

    public string Build { get; init; } = "1.21.4:3f2b4ab1";

    public string Datacenter { get; init; } = "dc1";

    public int Port { get; init; } = 8301;
}

/// <summary>A server in the raft configuration.</summary>
public sealed record FakePeer(string NodeId, string Name, string Address)
{
    public bool IsVoter { get; init; } = true;

    public bool IsHealthy { get; init; } = true;

    /// <summary>The address that raft's configuration still has, where Consul does not correct it: then it finds neither the name nor that this one leads.</summary>
    public string? FormerAddress { get; init; }

    public DateTimeOffset StableSince { get; init; } = DateTimeOffset.UtcNow.AddMinutes(-10);
}

/// <summary>The state of a Consul cluster, and its HTTP API as any of its agents gives it. A test changes the state; calls change it as Consul does.</summary>
public sealed class FakeConsul
{
    private readonly Lock gate = new();

    public List<FakeMember> Members { get; } = [];

    public List<FakeMember> WanMembers { get; } = [];

    /// <summary>What single agents see of the gossip pool, where it differs from <see cref="Members"/>.</summary>
    public Dictionary<string, List<FakeMember>> Views { get; } = [];

    public List<FakePeer> Peers { get; } = [];

    /// <summary>The raft ID of the leader; null for none.</summary>
    public string? Leader { get; set; }

    /// <summary>Sets autopilot's MinQuorum, as it is in force.</summary>
    public void SetMinQuorum(int servers) => Autopilot["MinQuorum"] = servers;

    /// <summary>The node IDs that the agents give for themselves, by pod; a pod that is not here is the member of its name.</summary>
    public Dictionary<string, string> NodeIds { get; } = [];

    /// <summary>Pods whose agents stay in the cluster when they are terminated.</summary>
    public HashSet<string> StayingPods { get; } = [];

    /// <summary>Whether ACLs hide something, and say so.</summary>
    public bool IsFiltered { get; set; }

    /// <summary>Permissions that the token lacks: <c>operator:read</c>, <c>operator:write</c>, <c>agent:read</c>, <c>node:read</c>.</summary>
    public HashSet<string> LackedPermissions { get; } = [];

    /// <summary>Whether the leader takes a member that left out of raft by itself; false for the old fault that leaves a voter behind.</summary>
    public bool LeaderReconciles { get; set; } = true;

    /// <summary>Autopilot's configuration, as Consul gives it.</summary>
    public JsonObject Autopilot { get; set; } = new()
    {
        ["CleanupDeadServers"] = true,
        ["LastContactThreshold"] = "200ms",
        ["MaxTrailingLogs"] = 250,
        ["MinQuorum"] = 2,
        ["ServerStabilizationTime"] = "10s",
        ["RedundancyZoneTag"] = string.Empty,
        ["DisableUpgradeMigration"] = true,
        ["UpgradeVersionTag"] = string.Empty,
        ["CreateIndex"] = 4,
        ["ModifyIndex"] = 4,
    };

    /// <summary>Whether the API can move the leader (Consul 1.15 and later).</summary>
    public bool CanTransferLeader { get; set; } = true;

    /// <summary>The raft ID that leads after a move; null for the one that was asked for.</summary>
    public string? LeaderAfterTransfer { get; set; }

    /// <summary>The token that was sent last; null for none.</summary>
    public string? LastToken { get; private set; }

    /// <summary>The gossip keys, and how many members have each.</summary>
    public Dictionary<string, int> GossipKeys { get; } = [];

    /// <summary>The key that all members encrypt with.</summary>
    public string PrimaryKey { get; set; } = string.Empty;

    /// <summary>Changes the state between two requests.</summary>
    public void Change(Action<FakeConsul> change)
    {
        ArgumentNullException.ThrowIfNull(change);
        lock (gate)
        {
            change(this);
        }
    }

    /// <summary>Answers one agent's request.</summary>
    /// <param name="agent">The pod.</param>
    /// <param name="path">The path without <c>/v1/</c>.</param>
    /// <param name="call">The call.</param>
    /// <returns>A task.</returns>
    public Task AnswerAsync(string agent, string path, FakeCall call)
    {
        ArgumentNullException.ThrowIfNull(path);
        ArgumentNullException.ThrowIfNull(call);
        LastToken = call.Request.Headers.GetValueOrDefault("x-consul-token");
        (int status, JsonNode? json, string text) = Locked(agent, path, call);
        if (IsFiltered)
        {
            call.Context.Response.Headers["X-Consul-Results-Filtered-By-ACLs"] = "true";
        }

        return json is null ? call.TextAsync(status, text) : call.AnswerAsync(json, status);
    }

    private (int Status, JsonNode? Json, string Text) Locked(string agent, string path, FakeCall call)
    {
        lock (gate)
        {
            string method = call.Request.Method;
            string permission = path == "agent/members" ? "node:read" : path == "agent/self" ? "agent:read" : method == "GET" ? "operator:read" : "operator:write";
            if (!path.StartsWith("status/", StringComparison.Ordinal) && LackedPermissions.Contains(permission))
            {
                return (403, null, $"Permission denied: token with AccessorID '00000000-0000-0000-0000-000000000002' lacks permission '{permission}'");
            }

            return (method, path) switch
            {
                ("GET", "agent/members") => (200, MembersJson(agent, call.Context.Request.Query["wan"].ToString().Length > 0), string.Empty),
                ("GET", "agent/self") => (200, Self(agent), string.Empty),
                ("GET", "status/leader") => (200, JsonValue.Create(Peers.FirstOrDefault(peer => peer.NodeId == Leader)?.Address ?? string.Empty), string.Empty),
                ("GET", "status/peers") => (200, new JsonArray([.. Peers.Select(static JsonNode (peer) => JsonValue.Create(peer.Address))]), string.Empty),
                ("GET", "operator/raft/configuration") when Leader is null && !call.Context.Request.Query.ContainsKey("stale") => (500, null, "No cluster leader"),
                ("GET", "operator/raft/configuration") => (200, Configuration(), string.Empty),
                ("GET", "operator/autopilot/health") when Leader is null => (500, null, "No cluster leader"),
                ("GET", "operator/autopilot/health") => (Peers.All(static peer => peer.IsHealthy) ? 200 : 429, Health(), string.Empty),
                ("GET", "operator/autopilot/configuration") when Leader is null && !call.Context.Request.Query.ContainsKey("stale") => (500, null, "No cluster leader"),
                ("GET", "operator/autopilot/configuration") => (200, Autopilot.DeepClone(), string.Empty),
                ("PUT", "operator/autopilot/configuration") when Leader is null => (500, null, "No cluster leader"),
                ("PUT", "operator/autopilot/configuration") => SetAutopilot(call),
                ("POST", "operator/raft/transfer-leader") when CanTransferLeader => TransferLeader(call.Parameter("id")),
                ("DELETE", "operator/raft/peer") => RemovePeer(call.Parameter("id") ?? string.Empty),
                ("GET", "operator/keyring") => (200, KeyringJson(), string.Empty),
                ("POST" or "PUT" or "DELETE", "operator/keyring") => TurnKey(method, (string)call.Json()["Key"]!),
                ("PUT", _) when path.StartsWith("agent/join/", StringComparison.Ordinal) => Join(agent),
                ("PUT", _) when path.StartsWith("agent/force-leave/", StringComparison.Ordinal) =>
                    ForceLeave(agent, path["agent/force-leave/".Length..], call.Context.Request.Query.ContainsKey("prune")),
                _ => (404, null, "404 page not found"),
            };
        }
    }

    private JsonArray MembersJson(string agent, bool wan)
    {
        List<FakeMember> members = wan ? WanMembers : Views.GetValueOrDefault(agent) ?? Members;
        return new JsonArray([.. members.Select(static JsonNode (member) => new JsonObject
        {
            ["Name"] = member.Name,
            ["Addr"] = member.Address,
            ["Port"] = member.Port,
            ["Status"] = member.Status,
            ["Tags"] = new JsonObject { ["role"] = member.Role, ["dc"] = member.Datacenter, ["id"] = member.NodeId, ["build"] = member.Build, ["port"] = "8300", ["vsn"] = "2" },
            ["ProtocolMin"] = 1,
            ["ProtocolMax"] = 5,
            ["ProtocolCur"] = 2,
        })]);
    }

    private JsonObject Self(string agent) => new()
    {
        ["Config"] = new JsonObject { ["Datacenter"] = "dc1", ["NodeName"] = agent, ["NodeID"] = NodeIds.GetValueOrDefault(agent) ?? Members.FirstOrDefault(member => member.Name == agent)?.NodeId },
        ["DebugConfig"] = new JsonObject { ["LeaveOnTerm"] = !StayingPods.Contains(agent) },
        ["Member"] = new JsonObject { ["Name"] = agent, ["Addr"] = Members.FirstOrDefault(member => member.Name == agent)?.Address },
    };

#pragma warning disable CA1507 // These are Consul's words, not this class's.
    private JsonObject Configuration() => new()
    {
        ["Servers"] = new JsonArray([.. Peers.Select(JsonNode (peer) => new JsonObject
        {
            ["ID"] = peer.NodeId,
            ["Node"] = peer.FormerAddress is null && Members.Any(member => member.NodeId == peer.NodeId) ? peer.Name : "(unknown)",
            ["Address"] = peer.FormerAddress ?? peer.Address,
            ["Leader"] = peer.FormerAddress is null && peer.NodeId == Leader,
            ["ProtocolVersion"] = "3",
            ["Voter"] = peer.IsVoter,
            ["LastIndex"] = 42,
        })]),
        ["Index"] = 0,
    };

    private JsonObject Health() => new()
    {
        ["Healthy"] = Peers.All(static peer => peer.IsHealthy),
        ["FailureTolerance"] = Peers.Count(static peer => peer is { IsVoter: true, IsHealthy: true }) - (Peers.Count(static peer => peer.IsVoter) / 2) - 1,
        ["Servers"] = new JsonArray([.. Peers.Select(JsonNode (peer) => new JsonObject
        {
            ["ID"] = peer.NodeId,
            ["Name"] = peer.Name,
            ["Address"] = peer.Address,
            ["SerfStatus"] = peer.IsHealthy ? "alive" : "failed",
            ["Leader"] = peer.NodeId == Leader,
            ["Version"] = Members.FirstOrDefault(member => member.NodeId == peer.NodeId)?.Build.Split(':')[0] ?? string.Empty,
            ["LastContact"] = peer.NodeId == Leader ? "0s" : "12.5ms",
            ["LastTerm"] = 2,
            ["LastIndex"] = 42,
            ["Healthy"] = peer.IsHealthy,
            ["Voter"] = peer.IsVoter,
            ["StableSince"] = peer.StableSince.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture),
        })]),
    };

#pragma warning restore CA1507

    private (int Status, JsonNode? Json, string Text) SetAutopilot(FakeCall call)
    {
        long index = long.Parse(Autopilot["ModifyIndex"]!.ToJsonString(), CultureInfo.InvariantCulture);
        if (call.Parameter("cas") is { } cas && cas != index.ToString(CultureInfo.InvariantCulture))
        {
            return (200, JsonValue.Create(false), string.Empty);
        }

        // What is not sent is lost, as on Consul 1.8.
        Autopilot = call.Json();
        Autopilot["ModifyIndex"] = index + 1;
        return (200, JsonValue.Create(true), string.Empty);
    }

    private (int Status, JsonNode? Json, string Text) TransferLeader(string? id)
    {
        if (Leader is null)
        {
            return (500, null, "No cluster leader");
        }

        if (!Peers.Any(peer => peer.NodeId == id && peer.IsVoter))
        {
            return (500, null, "failed to transfer leadership");
        }

        Leader = LeaderAfterTransfer ?? id;
        return (200, new JsonObject { ["Success"] = true }, string.Empty);
    }

    private (int Status, JsonNode? Json, string Text) RemovePeer(string id) =>
        Peers.RemoveAll(peer => peer.NodeId == id) > 0 ? (200, null, string.Empty) : (500, null, $"id \"{id}\" was not found in the Raft configuration");

    // Both pools have the same keys; what a member lacks is a test's own order.
    private JsonArray KeyringJson() => new([.. ((bool[])[true, false]).Select(JsonNode (isWan) => new JsonObject
    {
        ["WAN"] = isWan,
        ["Datacenter"] = "dc1",
        ["Segment"] = string.Empty,
        ["Keys"] = new JsonObject(GossipKeys.Select(static pair => new KeyValuePair<string, JsonNode?>(pair.Key, pair.Value))),
        ["PrimaryKeys"] = new JsonObject { [PrimaryKey] = Members.Count },
        ["NumNodes"] = Members.Count,
    })]);

    private (int Status, JsonNode? Json, string Text) TurnKey(string method, string key)
    {
        if (method != "POST" && !GossipKeys.ContainsKey(key) && method != "DELETE")
        {
            return (500, null, "Requested key is not in the keyring");
        }

        if (method == "DELETE" && key == PrimaryKey)
        {
            return (500, null, "Removing the primary key is not allowed");
        }

        if (method == "POST")
        {
            GossipKeys[key] = Members.Count;
        }
        else if (method == "PUT")
        {
            PrimaryKey = key;
        }
        else
        {
            GossipKeys.Remove(key);
        }

        return (200, null, string.Empty);
    }

    // Whoever called the agent leaving learns better.
    private (int Status, JsonNode? Json, string Text) Join(string agent)
    {
        foreach (List<FakeMember> list in Views.Values.Prepend(Members))
        {
            int index = list.FindIndex(member => member.Name == agent && member.Status == 2);
            if (index >= 0)
            {
                list[index] = list[index] with { Status = 1 };
            }
        }

        return (200, null, string.Empty);
    }

    // An agent with a view of its own is one that gossip does not reach.
    private (int Status, JsonNode? Json, string Text) ForceLeave(string agent, string name, bool prune)
    {
        List<FakeMember>[] lists = [Views.GetValueOrDefault(agent) ?? Members, WanMembers];
        FakeMember[] found = [.. lists.SelectMany(static list => list).Where(member => member.Name == name)];
        if (found.Length == 0)
        {
            return (500, null, $"agent: No node found with name '{name}'");
        }

        foreach (List<FakeMember> list in lists)
        {
            for (int index = list.Count - 1; index >= 0; index--)
            {
                if (list[index].Name == name && list[index].Status != 1)
                {
                    list[index] = list[index] with { Status = 3 };
                    if (prune)
                    {
                        list.RemoveAt(index);
                    }
                }
            }
        }

        if (LeaderReconciles)
        {
            Peers.RemoveAll(peer => found.Any(member => member.Status != 1 && member.NodeId == peer.NodeId));
        }

        return (200, null, string.Empty);
    }
}
