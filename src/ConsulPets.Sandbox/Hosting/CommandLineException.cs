namespace ConsulPets.Sandbox.Hosting;

/// <summary>The command line asks for something that does not exist. The message is one sentence for the user; the exit code is 2.</summary>
/// <param name="message">The sentence.</param>
internal sealed class CommandLineException(string message) : Exception(message);
