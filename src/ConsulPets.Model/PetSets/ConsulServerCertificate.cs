namespace ConsulPets;

/// <summary>The certificate that a pet's agent shows, as it was at the moment.</summary>
public sealed record ConsulServerCertificate : ClusterObject
{
    /// <summary>The pet set.</summary>
    public required string PetSet { get; init; }

    /// <summary>The pet that shows it.</summary>
    public required string Pet { get; init; }

    /// <summary>Whom it is for.</summary>
    public required string Subject { get; init; }

    /// <summary>Who has issued it.</summary>
    public required string Issuer { get; init; }

    /// <summary>The host names and addresses that it is good for.</summary>
    public string[] Names { get; init; } = [];

    /// <summary>The serial number, in hexadecimal.</summary>
    public required string SerialNumber { get; init; }

    /// <summary>From when it is valid.</summary>
    public required DateTimeOffset NotBefore { get; init; }

    /// <summary>Until when it is valid.</summary>
    public required DateTimeOffset NotAfter { get; init; }

    /// <summary>Whole days until it runs out; negative when it has.</summary>
    public required int DaysLeft { get; init; }

    /// <summary>Whether it is the one in the set's Secret; null when the account may not read that, or the set has none.</summary>
    public bool? IsCurrent { get; init; }

    /// <inheritdoc/>
    public override string ToString() => Pet;
}
