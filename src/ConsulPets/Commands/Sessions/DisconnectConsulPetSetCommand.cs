using System.Management.Automation;
using ConsulPets.Engine.Sessions;
using ConsulPets.Hosting;

namespace ConsulPets.Commands;

/// <summary>Closes sessions, with all their connections.</summary>
[Cmdlet(VerbsCommunications.Disconnect, "ConsulPetSet", DefaultParameterSetName = BySession)]
[OutputType(typeof(ConsulSession))]
public sealed class DisconnectConsulPetSetCommand : AsyncCmdlet
{
    private const string BySession = "Session";
    private const string Every = "All";

    /// <summary>The session; the latest by default.</summary>
    [Parameter(Position = 0, ParameterSetName = BySession, ValueFromPipeline = true)]
    [ValidateNotNullOrEmpty]
    public ConsulSession[]? Session { get; set; }

    /// <summary>Closes every session of this runspace.</summary>
    [Parameter(Mandatory = true, ParameterSetName = Every)]
    public SwitchParameter All { get; set; }

    /// <summary>Writes the closed sessions.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    /// <inheritdoc/>
    protected override object? ErrorTarget => Session;

    /// <inheritdoc/>
    protected override async Task ProcessAsync()
    {
        IEnumerable<int> ids = All ? PetSetSessions.Of(RunspaceId).Select(static session => session.Id).Reverse()
            : Session is not null ? Session.Select(static session => session.Id)
            : PetSetSessions.Latest(RunspaceId) is { } latest ? [latest.Id] : [];
        foreach (int id in ids.ToArray())
        {
            if (PetSetSessions.Close(id) is { } closed && PassThru)
            {
                await WriteAsync(closed.ToSession()).ConfigureAwait(false);
            }
        }
    }
}
