using System.Security;

namespace ConsulPets.Sandbox.Demo.Screen;

/// <summary>Where a line comes from that somebody types, or that a file or pipe has.</summary>
internal interface ILineSource
{
    /// <summary>Reads an answer.</summary>
    /// <param name="question">What stands before it on the line.</param>
    /// <returns>The answer, or null when the input has ended.</returns>
    /// <exception cref="OperationCanceledException">Ctrl-C was typed.</exception>
    string? ReadAnswer(string question);

    /// <summary>Reads an answer that nobody may see.</summary>
    /// <param name="question">What stands before it on the line.</param>
    /// <returns>The answer, or null when the input has ended.</returns>
    /// <exception cref="OperationCanceledException">Ctrl-C was typed.</exception>
    SecureString? ReadSecret(string question);
}
