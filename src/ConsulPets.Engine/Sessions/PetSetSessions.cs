using ConsulPets.Engine.Kubernetes;
using ConsulPets.Errors;

namespace ConsulPets.Engine.Sessions;

/// <summary>
/// The open sessions of this process. A runspace goes untold by its own only: of several at once, as ForEach-Object -Parallel has them, none finds itself in another's session.
/// </summary>
public static class PetSetSessions
{
    private static readonly object Gate = new();
    private static readonly List<PetSetSession> Open = [];
    private static int last;

    /// <summary>Those of a runspace.</summary>
    /// <param name="owner">The runspace.</param>
    /// <returns>The open ones, the oldest first.</returns>
    public static IReadOnlyList<PetSetSession> Of(Guid owner)
    {
        lock (Gate)
        {
            return Open.FindAll(session => session.Owner == owner);
        }
    }

    /// <summary>The one that a runspace has opened last.</summary>
    /// <param name="owner">The runspace.</param>
    /// <returns>The session; null when none is open.</returns>
    public static PetSetSession? Latest(Guid owner)
    {
        lock (Gate)
        {
            return Open.FindLast(session => session.Owner == owner);
        }
    }

    /// <summary>The session of a runspace that serves a pet set: the latest one with it.</summary>
    /// <param name="owner">The runspace.</param>
    /// <param name="connection">The cluster.</param>
    /// <param name="namespaceName">The namespace.</param>
    /// <param name="name">The set.</param>
    /// <returns>The session; null when there is none.</returns>
    public static PetSetSession? With(Guid owner, KubernetesConnection connection, string namespaceName, string name)
    {
        lock (Gate)
        {
            return Open.FindLast(session => session.Owner == owner && session.IsWith(connection, namespaceName, name));
        }
    }

    /// <summary>The session of an object that a user has, whichever runspace opened it.</summary>
    /// <param name="session">The object.</param>
    /// <returns>The session.</returns>
    /// <exception cref="ConsulPetsException">SessionClosed.</exception>
    public static PetSetSession Get(ConsulSession session)
    {
        ArgumentNullException.ThrowIfNull(session);
        lock (Gate)
        {
            return Open.Find(one => one.Id == session.Id) ?? throw Closed(session);
        }
    }

    /// <summary>The failure for a session that is closed.</summary>
    /// <param name="session">The session.</param>
    /// <returns>The failure.</returns>
    public static ConsulPetsException Closed(ConsulSession session)
    {
        ArgumentNullException.ThrowIfNull(session);
        return new ConsulPetsException(
            "SessionClosed",
            ConsulPetsErrorKind.InvalidOperation,
            FormattableString.Invariant($"The session {session.Id} with '{session.Namespace}/{session.PetSet}' is closed."),
            $"Open another one: Connect-ConsulPetSet {session.PetSet}",
            session);
    }

    /// <summary>Makes a session that no command goes by yet. Nothing is sent.</summary>
    /// <param name="request">What it is opened with.</param>
    /// <param name="clock">The clock.</param>
    /// <returns>The session. Who does not add it disposes of it.</returns>
    public static PetSetSession Prepare(SessionRequest request, TimeProvider clock)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(clock);
        return new PetSetSession(Interlocked.Increment(ref last), request, clock.GetUtcNow());
    }

    /// <summary>Opens a session: from now on it is its runspace's latest.</summary>
    /// <param name="session">The session.</param>
    public static void Add(PetSetSession session)
    {
        ArgumentNullException.ThrowIfNull(session);
        lock (Gate)
        {
            Open.Add(session);
        }
    }

    /// <summary>Closes one.</summary>
    /// <param name="id">Its number.</param>
    /// <returns>What was closed; null when it was closed already.</returns>
    public static PetSetSession? Close(int id)
    {
        PetSetSession? session;
        lock (Gate)
        {
            session = Open.Find(one => one.Id == id);
            if (session is not null)
            {
                Open.Remove(session);
            }
        }

        session?.Dispose();
        return session;
    }
}
