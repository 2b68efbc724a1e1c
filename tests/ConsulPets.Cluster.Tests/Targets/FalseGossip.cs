using System.Buffers.Binary;
using System.Net.Sockets;
using System.Text;

namespace ConsulPets.Cluster.Tests;

/// <summary>
/// Makes a Consul agent believe that a member is leaving, for as long as that member says nothing new: what a sync with an agent that still has the member as left does in the wrong moment
/// (<see href="https://github.com/hashicorp/consul/issues/13379"/>; hashicorp/serf, serf/delegate.go, MergeRemoteState). It is such a sync, as hashicorp/memberlist has them, of an agent that knows
/// nothing else. Gossip must not be encrypted.
/// </summary>
internal static class FalseGossip
{
    private const byte SyncOfMemberlist = 6;
    private const byte SyncOfSerf = 2;

    // Later than any message of a young cluster: each change of a member is one tick.
    private const ulong Time = 1000;

    /// <summary>Tells an agent that a member has left.</summary>
    /// <param name="agent">The agent's IP address.</param>
    /// <param name="member">The member's name.</param>
    public static void TellThatLeft(string agent, string member)
    {
        byte[] state =
        [
            SyncOfSerf,
            .. Map(
                ("LTime", Number(Time + 1)), ("StatusLTimes", Map((member, Number(Time)))), ("LeftMembers", [0x91, .. Text(member)]), ("EventLTime", Number(1)), ("Events", [0x90]), ("QueryLTime", Number(1))),
        ];
        byte[] head = Map(("Nodes", Number(0)), ("UserStateLen", Number((ulong)state.Length)), ("Join", [0xc2]));
        using var connection = new TcpClient(agent, 8301);
        connection.ReceiveTimeout = 10_000;
        connection.GetStream().Write([SyncOfMemberlist, .. head, .. state]);

        // It answers with its own, and has then read this one.
        Assert.True(connection.GetStream().Read(new byte[1]) == 1, $"{agent} does not answer");
    }

    // MessagePack.
    private static byte[] Map(params (string Key, byte[] Value)[] pairs) => [(byte)(0x80 | pairs.Length), .. pairs.SelectMany(static pair => (byte[])[.. Text(pair.Key), .. pair.Value])];

    private static byte[] Text(string text) => [(byte)(0xa0 | text.Length), .. Encoding.ASCII.GetBytes(text)];

    private static byte[] Number(ulong number)
    {
        byte[] bytes = [0xcf, .. new byte[8]];
        BinaryPrimitives.WriteUInt64BigEndian(bytes.AsSpan(1), number);
        return bytes;
    }
}
