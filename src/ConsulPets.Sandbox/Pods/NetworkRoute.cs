using System.Net;
using System.Net.Sockets;

namespace ConsulPets.Sandbox.Pods;

/// <summary>Where a connection or a packet goes.</summary>
/// <param name="Target">The process that gets it.</param>
/// <param name="TargetPod">The unique ID of that process's pod; null for what is no pod.</param>
/// <param name="SourcePod">The unique ID of the sending pod; null when that is not known, or no pod.</param>
/// <param name="From">The address that the target sees; null for any of this machine.</param>
/// <param name="IsOpen">Whether it may go on: the target is still there and nobody has been cut off.</param>
/// <param name="Through">For packets between pods: the socket to send with, whose address and port stand for the sender's. Null when a session has to be kept for the answers.</param>
/// <param name="IsStarting">Whether the target's pod is so young that its process may not listen yet; null for never.</param>
internal sealed record NetworkRoute(IPEndPoint Target, string? TargetPod, string? SourcePod, IPAddress? From, Func<bool> IsOpen, Socket? Through = null, Func<bool>? IsStarting = null);
