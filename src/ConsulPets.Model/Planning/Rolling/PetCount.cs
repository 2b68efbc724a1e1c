namespace ConsulPets.Planning;

/// <summary>A number of pets in words.</summary>
internal static class PetCount
{
    /// <summary>The words.</summary>
    /// <param name="pets">The number.</param>
    /// <returns>"1 pet", "3 pets".</returns>
    public static string Of(int pets) => pets == 1 ? "1 pet" : RollingView.Say($"{pets} pets");
}
