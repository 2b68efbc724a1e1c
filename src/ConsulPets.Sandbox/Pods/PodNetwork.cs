using System.Collections.Concurrent;
using System.Net;
using System.Text.Json.Nodes;
using ConsulPets.Sandbox.Store;

namespace ConsulPets.Sandbox.Pods;

/// <summary>
/// The pods' network: what is sent to a pod's visible address, or to a service's, is passed on to the process behind it. All traffic between pods so passes the sandbox,
/// which can cut a pod off. A pod's node (probes, exec, the API's proxy) reaches the processes directly and is not affected.
/// </summary>
internal sealed class PodNetwork : IDisposable
{
    private readonly LoopbackAddresses addresses;
    private readonly ObjectRegistry registry;
    private readonly ConcurrentDictionary<string, PodPlug> plugs = [];
    private readonly ConcurrentDictionary<IPAddress, PodPlug> byHidden = [];
    private readonly ConcurrentDictionary<ObjectKey, ServicePlug> services = [];
    private int turn;

    /// <summary>Makes one.</summary>
    /// <param name="addresses">Where pods get their addresses.</param>
    /// <param name="registry">Where services and pods are.</param>
    public PodNetwork(LoopbackAddresses addresses, ObjectRegistry registry)
    {
        this.addresses = addresses;
        this.registry = registry;
    }

    /// <summary>Which process belongs to which pod.</summary>
    public ConnectionOwners Owners { get; } = new();

    private bool IsAnyCut => plugs.Values.Any(static plug => plug.IsCut);

    /// <summary>Gives a pod its addresses and listens for it.</summary>
    /// <param name="uid">The pod's unique ID.</param>
    /// <param name="pod">The pod.</param>
    /// <returns>Its addresses, until <see cref="Leave"/>.</returns>
    public PodAddress Join(string uid, JsonObject pod) => plugs.GetOrAdd(uid, _ =>
    {
        var plug = new PodPlug(uid, addresses.Take());
        byHidden[plug.Address.Hidden] = plug;
        try
        {
            plug.Listen(PodPorts.Of(pod), Route, (source, port) => RoutePacket(source, plug, port));
            return plug;
        }
        catch
        {
            byHidden.TryRemove(plug.Address.Hidden, out PodPlug? _);
            plug.Dispose();
            addresses.Release(plug.Address);
            throw;
        }
    }).Address;

    /// <summary>Takes a pod's addresses away.</summary>
    /// <param name="uid">The pod's unique ID.</param>
    public void Leave(string uid)
    {
        if (plugs.TryRemove(uid, out PodPlug? plug))
        {
            byHidden.TryRemove(plug.Address.Hidden, out _);
            plug.Dispose();
            addresses.Release(plug.Address);
        }
    }

    /// <summary>A pod's addresses.</summary>
    /// <param name="uid">The pod's unique ID.</param>
    /// <returns>The addresses; null when it has none.</returns>
    public PodAddress? Find(string uid) => plugs.GetValueOrDefault(uid)?.Address;

    /// <summary>Cuts a pod off from the others, or joins it again.</summary>
    /// <param name="uid">The pod's unique ID.</param>
    /// <param name="isCut">True to cut.</param>
    /// <returns>Whether there is such a pod.</returns>
    public bool Cut(string uid, bool isCut)
    {
        if (!plugs.TryGetValue(uid, out PodPlug? plug))
        {
            return false;
        }

        plug.IsCut = isCut;
        if (isCut)
        {
            foreach (TcpRelay relay in plugs.Values.SelectMany(static one => one.Relays).Concat(services.Values.SelectMany(static one => one.Relays)))
            {
                if (!IsAllowed(relay.Route.SourcePod ?? Owners.Find(relay.Source, relay.Entry), relay.Route.TargetPod, relay.Route.SourcePod is not null))
                {
                    relay.Dispose();
                }
            }
        }

        return true;
    }

    /// <summary>Listens for a service, anew where it has changed.</summary>
    /// <param name="service">The service.</param>
    public void Serve(StoredObject service) => services.GetOrAdd(service.Key, static _ => new ServicePlug()).Listen(
        ServiceTargets.Ports(service.Json),
        port => (source, entry) => RouteService(service.Key, port, "TCP", source, entry),
        port => source => RouteService(service.Key, port, "UDP", source, null));

    /// <summary>Stops to listen for a service.</summary>
    /// <param name="service">The service's name.</param>
    public void StopServing(ObjectKey service)
    {
        if (services.TryRemove(service, out ServicePlug? plug))
        {
            plug.Dispose();
        }
    }

    /// <summary>The services that are listened for.</summary>
    public IEnumerable<ObjectKey> Served => services.Keys;

    /// <summary>Ends it.</summary>
    public void Dispose()
    {
        foreach (string uid in plugs.Keys)
        {
            Leave(uid);
        }

        foreach (ObjectKey service in services.Keys)
        {
            StopServing(service);
        }
    }

    // A connection to a pod's own address.
    private NetworkRoute? Route(PodPlug target, IPEndPoint source, IPEndPoint entry) =>
        Connect(target, new IPEndPoint(target.Address.Hidden, entry.Port), source, entry);

    private NetworkRoute? Connect(PodPlug target, IPEndPoint process, IPEndPoint source, IPEndPoint? entry)
    {
        PodPlug? known = byHidden.GetValueOrDefault(source.Address);
        string? sender = known?.Uid;
        if (sender is null && entry is not null && IsAnyCut)
        {
            sender = Owners.Find(source, entry);
        }

        return IsOpen() ? new NetworkRoute(process, target.Uid, known?.Uid, known?.Address.Visible, IsOpen, IsStarting: () => target.IsStarting) : null;

        bool IsOpen() => plugs.ContainsKey(target.Uid) && IsAllowed(sender, target.Uid, sender is not null);
    }

    // Between two pods' known ports the sender's socket for that port sends, so that the answer comes back to it.
    private NetworkRoute? RoutePacket(IPEndPoint source, PodPlug target, int port)
    {
        PodPlug? sender = byHidden.GetValueOrDefault(source.Address);
        var process = new IPEndPoint(target.Address.Hidden, port);
        return IsOpen() ? new NetworkRoute(process, target.Uid, sender?.Uid, sender?.Address.Visible, IsOpen, sender?.PacketSocket(source.Port)) : null;

        bool IsOpen() => IsAllowed(sender?.Uid, target.Uid, true);
    }

    private NetworkRoute? RouteService(ObjectKey key, int port, string protocol, IPEndPoint source, IPEndPoint? entry)
    {
        if (registry.Store.Get(key) is not { } service)
        {
            return null;
        }

        (string Pod, int Port)[] targets =
            [.. ServiceTargets.Of(service.Json, port, protocol, registry.List(ResourceKinds.Pods, key.Namespace)).Where(target => plugs.ContainsKey(target.Pod))];
        if (targets.Length == 0)
        {
            return null;
        }

        (string pod, int number) = targets[(int)((uint)Interlocked.Increment(ref turn) % (uint)targets.Length)];
        return plugs.TryGetValue(pod, out PodPlug? plug) ? Connect(plug, new IPEndPoint(plug.Address.Hidden, number), source, entry) : null;
    }

    // A sender that cannot be told may be the pod that was cut where the system does not say whose a connection is: then it is refused.
    private bool IsAllowed(string? sender, string? target, bool isSenderKnown)
    {
        if (!IsAnyCut || (sender is not null && sender == target))
        {
            return true;
        }

        return !IsCut(target) && !IsCut(sender) && (isSenderKnown || ConnectionOwners.IsSupported);
    }

    private bool IsCut(string? uid) => uid is not null && plugs.TryGetValue(uid, out PodPlug? plug) && plug.IsCut;
}
