namespace ConsulPets.Sandbox.Tests.Demo;

/// <summary>Sessions set environment variables of the process, which it has once: their tests run one after another, and alone.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class SessionCollection
{
    public const string Name = "PowerShell sessions";
}
