using System.Text.Json;
using ConsulPets.Engine.Kubernetes;

namespace ConsulPets.Engine.Consul;

/// <summary>Reads Consul's answers.</summary>
internal static class ConsulJson
{
    public static IEnumerable<ObservedMember> Members(JsonElement answer) => answer.Items().Select(static member => new ObservedMember(
        member.Text("Name"),
        member.Text("Addr"),
        member.Count("Port"),
        (ConsulMemberStatus)member.Count("Status"),
        member.Map("Tags"),
        member.Count("ProtocolCur")));

    public static IEnumerable<ObservedPeer> Peers(JsonElement answer) => answer.Items("Servers").Select(static server => new ObservedPeer(
        server.Text("ID"),
        server.Text("Node"),
        server.Text("Address"),
        server.Is("Leader"),
        server.Is("Voter"),
        server.Text("ProtocolVersion"),
        server.Number("LastIndex") is > 0 and var index ? index : null));

    public static IEnumerable<ObservedServerHealth> Health(JsonElement answer) => answer.Items("Servers").Select(static server => new ObservedServerHealth(
        server.Text("ID"),
        server.Is("Healthy"),
        server.Is("Voter"),
        server.Time("StableSince")));
}
