namespace ConsulPets.Sandbox.Faults;

/// <summary>
/// An answer was cut off, as a fault ordered. It must reach the server (Kestrel): an exception after an answer has begun is the one way to have it send what was written and then break
/// the connection. <see cref="Microsoft.AspNetCore.Http.HttpContext.Abort"/> would throw away what is on its way.
/// </summary>
public sealed class AnswerCutException : IOException
{
    /// <summary>Makes one.</summary>
    /// <param name="bytes">How many bytes of the answer were sent.</param>
    public AnswerCutException(long bytes)
        : base($"The answer was cut off after {bytes} bytes, as a fault ordered.")
    {
    }
}
