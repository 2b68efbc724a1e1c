using System.Management.Automation;

namespace ConsulPets.Errors;

/// <summary>Makes every error record of the module: id, category, target and recommended action are uniform because this is the only place.</summary>
internal static class ErrorRecords
{
    /// <summary>The record of a failure that the Engine described.</summary>
    /// <param name="failure">The failure.</param>
    /// <returns>The record.</returns>
    public static ErrorRecord Of(ConsulPetsException failure) => new(failure, failure.ErrorId, Category(failure.Kind), failure.Target)
    {
        ErrorDetails = new ErrorDetails(failure.Message) { RecommendedAction = failure.RecommendedAction },
    };

    /// <summary>The record of a network fault that nobody had a better word for.</summary>
    /// <param name="exception">The fault.</param>
    /// <param name="target">What the command was about.</param>
    /// <returns>The record.</returns>
    public static ErrorRecord ConnectionLost(Exception exception, object? target) => Of(new ConsulPetsException(
        "ConnectionLost",
        ConsulPetsErrorKind.ConnectionError,
        $"The connection broke off: {exception.Message.TrimEnd('.')}.",
        "Run the command again; it goes on where it stopped",
        target,
        exception));

    /// <summary>Two choices that exclude each other.</summary>
    /// <param name="message">Which.</param>
    /// <param name="action">What to do.</param>
    /// <param name="target">The value.</param>
    /// <returns>The failure.</returns>
    public static ConsulPetsException InvalidArgument(string message, string action, object? target) =>
        new("InvalidArgument", ConsulPetsErrorKind.InvalidArgument, message, action, target) { EndsCommand = true };

    private static ErrorCategory Category(ConsulPetsErrorKind kind) => kind switch
    {
        ConsulPetsErrorKind.InvalidArgument => ErrorCategory.InvalidArgument,
        ConsulPetsErrorKind.InvalidOperation => ErrorCategory.InvalidOperation,
        ConsulPetsErrorKind.ObjectNotFound => ErrorCategory.ObjectNotFound,
        ConsulPetsErrorKind.ResourceExists => ErrorCategory.ResourceExists,
        ConsulPetsErrorKind.ResourceBusy => ErrorCategory.ResourceBusy,
        ConsulPetsErrorKind.ResourceUnavailable => ErrorCategory.ResourceUnavailable,
        ConsulPetsErrorKind.PermissionDenied => ErrorCategory.PermissionDenied,
        ConsulPetsErrorKind.AuthenticationError => ErrorCategory.AuthenticationError,
        ConsulPetsErrorKind.ConnectionError => ErrorCategory.ConnectionError,
        ConsulPetsErrorKind.OperationTimeout => ErrorCategory.OperationTimeout,
        _ => ErrorCategory.InvalidData,
    };
}
