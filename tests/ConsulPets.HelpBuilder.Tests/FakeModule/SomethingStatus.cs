namespace ConsulPets.FakeModule;

public enum SomethingStatus
{
    Stale,
    Alive,
}
