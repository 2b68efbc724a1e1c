namespace ConsulPets.Model.Tests.Simulation;

/// <summary>A small generator of its own (splitmix64): a seed gives the same history on every machine and every .NET.</summary>
internal struct SimRandom(ulong seed)
{
    private ulong state = seed;

    public int Next(int below)
    {
        state += 0x9E3779B97F4A7C15;
        ulong mixed = (state ^ (state >> 30)) * 0xBF58476D1CE4E5B9;
        mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EB;
        return (int)((mixed ^ (mixed >> 31)) % (ulong)below);
    }

    /// <summary>From the first to the last, both included.</summary>
    public int Between(int first, int last) => first + Next(last - first + 1);

    public bool Percent(int chance) => Next(100) < chance;
}
