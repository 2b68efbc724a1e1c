using System.Management.Automation;
using ConsulPets.Sandbox.Demo.Screen;
using ConsulPets.Sandbox.Demo.Session;

namespace ConsulPets.Sandbox.Demo.Story;

/// <summary>Plays a story in a session.</summary>
/// <param name="session">The session.</param>
/// <param name="screen">Where failures are told.</param>
/// <param name="text">How it looks.</param>
/// <param name="pause">What is waited for before each step but the first.</param>
internal sealed class DemoPlayer(PowerShellSession session, ConsoleScreen screen, TypedText text, Func<CancellationToken, Task> pause)
{
    /// <summary>Plays the steps until one fails.</summary>
    /// <param name="steps">The steps.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <returns>Whether all came true.</returns>
    /// <exception cref="OperationCanceledException">It was stopped.</exception>
    public async Task<bool> PlayAsync(IEnumerable<DemoStep> steps, CancellationToken cancellationToken)
    {
        using CancellationTokenRegistration ending = cancellationToken.Register(session.EndAll);
        bool isFirst = true;
        foreach (DemoStep step in steps)
        {
            if (!isFirst)
            {
                await pause(cancellationToken).ConfigureAwait(false);
            }

            isFirst = false;
            if (step.Narration is not null)
            {
                screen.WriteLine();
                text.Tell(step.Narration);
            }

            await text.TypeAsync(step.Command, cancellationToken).ConfigureAwait(false);
            bool wentWell = await Task.Run(() => session.Run(step.Command), CancellationToken.None).ConfigureAwait(false);
            cancellationToken.ThrowIfCancellationRequested();
            if (!wentWell || (step.Expectation is not null && !await CameTrueAsync(step.Expectation).ConfigureAwait(false)))
            {
                cancellationToken.ThrowIfCancellationRequested();
                return false;
            }
        }

        return true;
    }

    private async Task<bool> CameTrueAsync(DemoExpectation expectation)
    {
        string reason = string.Empty;
        try
        {
            if (await Task.Run(() => session.Evaluate(expectation.Script)).ConfigureAwait(false) is [.., { } last] && LanguagePrimitives.IsTrue(last))
            {
                return true;
            }
        }
        catch (RuntimeException exception)
        {
            reason = $" ({exception.Message})";
        }

        screen.WriteErrorLine($"The story did not come true: {expectation.Claim}, it says{reason}.");
        return false;
    }
}
