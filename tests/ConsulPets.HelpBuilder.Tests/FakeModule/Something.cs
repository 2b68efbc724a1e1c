namespace ConsulPets.FakeModule;

public sealed record Something(string Name);
