namespace ConsulPets.Sandbox.Controllers;

/// <summary>
/// Brings what is to what is wanted, again and again. It follows watches, but decides on what it then reads: an event that is lost or comes twice does no harm.
/// </summary>
public interface IController
{
    /// <summary>The name, for the log.</summary>
    string Name { get; }

    /// <summary>Runs until it is cancelled.</summary>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>Its life.</returns>
    Task RunAsync(CancellationToken cancellationToken);
}
