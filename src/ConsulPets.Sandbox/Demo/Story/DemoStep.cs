namespace ConsulPets.Sandbox.Demo.Story;

/// <summary>A step of the story.</summary>
/// <param name="Command">What is typed.</param>
/// <param name="Narration">What is told before it; null to go straight on.</param>
/// <param name="Expectation">What must be true behind it; null where it is enough that the command does not fail.</param>
internal sealed record DemoStep(string Command, string? Narration = null, DemoExpectation? Expectation = null);

/// <summary>What the story claims.</summary>
/// <param name="Claim">The claim, in words.</param>
/// <param name="Script">The script that gives true when it holds.</param>
internal sealed record DemoExpectation(string Claim, string Script);
