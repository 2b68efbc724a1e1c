namespace ConsulPets.Errors;

/// <summary>The kind of a failure; the names are those of PowerShell's ErrorCategory, into which each is translated.</summary>
public enum ConsulPetsErrorKind
{
    /// <summary>A value that cannot be used.</summary>
    InvalidArgument,

    /// <summary>The operation is not allowed in the present state.</summary>
    InvalidOperation,

    /// <summary>Named, and not there.</summary>
    ObjectNotFound,

    /// <summary>There already, or somebody else's.</summary>
    ResourceExists,

    /// <summary>Held by somebody else for now.</summary>
    ResourceBusy,

    /// <summary>Should be there, and does not serve at present.</summary>
    ResourceUnavailable,

    /// <summary>The account may not.</summary>
    PermissionDenied,

    /// <summary>The account is not known, or its proof is not valid.</summary>
    AuthenticationError,

    /// <summary>The other end was not reached.</summary>
    ConnectionError,

    /// <summary>The time given ran out.</summary>
    OperationTimeout,

    /// <summary>A file or an answer that cannot be read.</summary>
    InvalidData,
}
