using System.Management.Automation;
using ConsulPets.Engine.Sessions;
using ConsulPets.Errors;
using ConsulPets.Hosting;

namespace ConsulPets.Commands;

/// <summary>Lists the open sessions of this runspace.</summary>
[Cmdlet(VerbsCommon.Get, "ConsulSession")]
[OutputType(typeof(ConsulSession))]
public sealed class GetConsulSessionCommand : AsyncCmdlet
{
    /// <summary>The numbers; all by default.</summary>
    [Parameter(Position = 0)]
    [ValidateNotNullOrEmpty]
    public int[]? Id { get; set; }

    /// <inheritdoc/>
    protected override object? ErrorTarget => Id;

    /// <inheritdoc/>
    protected override async Task ProcessAsync()
    {
        IReadOnlyList<PetSetSession> open = PetSetSessions.Of(RunspaceId);
        foreach (PetSetSession session in open.Where(session => Id is null || Id.Contains(session.Id)))
        {
            await WriteAsync(session.ToSession()).ConfigureAwait(false);
        }

        foreach (int missing in (Id ?? []).Except(open.Select(static session => session.Id)))
        {
            await WriteErrorAsync(new ConsulPetsException(
                "SessionNotFound",
                ConsulPetsErrorKind.ObjectNotFound,
                FormattableString.Invariant($"No session {missing} is open."),
                "List those that are open: Get-ConsulSession",
                missing)).ConfigureAwait(false);
        }
    }
}
