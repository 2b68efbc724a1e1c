using System.Collections.Concurrent;
using System.Globalization;
using System.Net;

namespace ConsulPets.Sandbox.Pods;

/// <summary>
/// Which pod's process a connection belongs to that comes from 127.0.0.1, as connections do whose program binds no address (memberlist's). Linux says it in /proc: the
/// connection's inode, and the process that has it open. Asked only while some pod is cut off.
/// </summary>
internal sealed class ConnectionOwners
{
    private readonly ConcurrentDictionary<int, string> pods = [];

    /// <summary>Whether this system can tell.</summary>
    public static bool IsSupported { get; } = OperatingSystem.IsLinux() && File.Exists("/proc/net/tcp");

    /// <summary>Remembers a pod's process. All processes of its session count as the pod's.</summary>
    /// <param name="process">The session's leader.</param>
    /// <param name="pod">The pod's unique ID.</param>
    public void Add(int process, string pod) => pods[process] = pod;

    /// <summary>Forgets a process.</summary>
    /// <param name="process">The session's leader.</param>
    public void Remove(int process) => pods.TryRemove(process, out _);

    /// <summary>The pod that opened a connection.</summary>
    /// <param name="from">The connection's end at the process.</param>
    /// <param name="to">Its other end.</param>
    /// <returns>The pod's unique ID; null when it is no pod's, or not known.</returns>
    public string? Find(IPEndPoint from, IPEndPoint to)
    {
        if (!IsSupported || Inode(ReadTable(), from, to) is not { } inode)
        {
            return null;
        }

        string wanted = $"socket:[{inode}]";
        foreach ((int process, string pod) in pods)
        {
            if (Holds(process, wanted))
            {
                return pod;
            }
        }

        foreach ((int process, int session) in ProcessTable.Sessions())
        {
            if (process != session && pods.TryGetValue(session, out string? pod) && Holds(process, wanted))
            {
                return pod;
            }
        }

        return null;
    }

    /// <summary>Finds a connection in the kernel's table.</summary>
    /// <param name="table">The lines of /proc/net/tcp.</param>
    /// <param name="from">The local end.</param>
    /// <param name="to">The remote end.</param>
    /// <returns>The inode; null when there is none.</returns>
    public static string? Inode(IEnumerable<string> table, IPEndPoint from, IPEndPoint to)
    {
        string local = Hexadecimal(from);
        string remote = Hexadecimal(to);
        foreach (string line in table)
        {
            string[] fields = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (fields.Length > 9 && fields[1] == local && fields[2] == remote && fields[9] != "0")
            {
                return fields[9];
            }
        }

        return null;
    }

    // The address is printed as a number of the machine's byte order.
    private static string Hexadecimal(IPEndPoint end) =>
        string.Create(CultureInfo.InvariantCulture, $"{BitConverter.ToUInt32(end.Address.GetAddressBytes()):X8}:{end.Port:X4}");

    private static string[] ReadTable()
    {
        try
        {
            return File.ReadAllLines("/proc/net/tcp");
        }
        catch (IOException)
        {
            return [];
        }
    }

    private static bool Holds(int process, string wanted)
    {
        try
        {
            return new DirectoryInfo($"/proc/{process}/fd").EnumerateFileSystemInfos().Any(file => file.LinkTarget == wanted);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}
