using System.Management.Automation;
using ConsulPets.Engine.Observing;
using ConsulPets.Errors;
using ConsulPets.Hosting;
using ConsulPets.Observing;

namespace ConsulPets.Commands;

/// <summary>Lists the members of the gossip pool, with leader, voter and pod.</summary>
[Cmdlet(VerbsCommon.Get, "ConsulMember", DefaultParameterSetName = ByPetSet)]
[OutputType(typeof(ConsulMember))]
public sealed class GetConsulMemberCommand : ConsulCmdlet
{
    /// <summary>The members' names; all by default.</summary>
    [Parameter(Position = 0)]
    [SupportsWildcards]
    [Alias("Node")]
    public string[]? Name { get; set; }

    /// <summary>Only members in these states.</summary>
    [Parameter]
    public ConsulMemberStatus[]? Status { get; set; }

    /// <summary>Lists the WAN pool instead of the LAN pool.</summary>
    [Parameter]
    public SwitchParameter Wan { get; set; }

    /// <inheritdoc/>
    private protected override ConsulQuestions Questions() => new(Wan);

    /// <inheritdoc/>
    private protected override async Task WriteAsync(ObservedConsul consul, PetSetObservation? observation)
    {
        var names = new WildcardNames(Name);
        IReadOnlyList<ConsulMember> members = observation?.ToMembers(Wan) ?? PetSetProjection.ToMembers(consul, Wan);
        if (consul.FilteredByAcls)
        {
            await WarnAsync("Consul's ACLs hide some members from this token: it lacks node:read.").ConfigureAwait(false);
        }

        foreach (ConsulMember member in members.Where(member => names.Match(member.Name) && (Status is null || Status.Contains(member.Status))))
        {
            await WriteAsync(member).ConfigureAwait(false);
        }

        foreach (string missing in names.Missing([.. members.Select(static member => member.Name)]))
        {
            await WriteErrorAsync(new ConsulPetsException(
                "MemberNotFound",
                ConsulPetsErrorKind.ObjectNotFound,
                $"Consul{(observation is null ? string.Empty : $" of '{observation.Workload.Name}'")} has no member '{missing}'.",
                "List those that it has: Get-ConsulMember",
                missing)).ConfigureAwait(false);
        }
    }
}
