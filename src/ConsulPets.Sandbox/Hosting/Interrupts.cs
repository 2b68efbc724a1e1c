using System.Runtime.InteropServices;

namespace ConsulPets.Sandbox.Hosting;

/// <summary>
/// Turns what asks the program to end into one cancellation: Ctrl-C, SIGTERM, and the terminal's closing. Ctrl-C can be taken by somebody else for a while, as a
/// prompt does whose command runs.
/// </summary>
internal sealed class Interrupts : IDisposable
{
    private readonly CancellationTokenSource ended = new();
    private readonly List<PosixSignalRegistration> registrations = [];
    private volatile Func<bool>? taker;

    /// <summary>Cancelled when everything is to end.</summary>
    public CancellationToken Ended => ended.Token;

    /// <summary>Listens to the process's signals.</summary>
    /// <returns>What must be disposed of at the very end: until then no signal kills the process.</returns>
    public static Interrupts OfThisProcess()
    {
        var interrupts = new Interrupts();
        interrupts.Listen(PosixSignal.SIGINT, interrupts.Interrupt);
        interrupts.Listen(PosixSignal.SIGTERM, interrupts.End);
        interrupts.Listen(PosixSignal.SIGHUP, interrupts.End);
        return interrupts;
    }

    /// <summary>Lets somebody have Ctrl-C; null to take it away again.</summary>
    /// <param name="take">Told of each; gives whether it had something to stop. If not, everything ends.</param>
    public void LetTake(Func<bool>? take) => taker = take;

    /// <summary>What Ctrl-C does.</summary>
    public void Interrupt()
    {
        if (taker?.Invoke() != true)
        {
            End();
        }
    }

    /// <summary>Ends everything.</summary>
    public void End()
    {
        try
        {
            // What is registered runs elsewhere: this may be a signal's own thread, which is to return soon.
            _ = ended.CancelAsync();
        }
        catch (ObjectDisposedException)
        {
            // All has ended already, and the signal came in the same moment.
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        registrations.ForEach(static registration => registration.Dispose());
        ended.Dispose();
    }

    private void Listen(PosixSignal signal, Action then) => registrations.Add(PosixSignalRegistration.Create(signal, context =>
    {
        // Without this the process would die here, and leave what it started behind.
        context.Cancel = true;
        then();
    }));
}
