using ConsulPets.Engine.Observing;
using ConsulPets.Errors;
using ConsulPets.Observing;

namespace ConsulPets.Engine.Executing;

/// <summary>
/// Makes every agent of a set forget a dead member. One agent's word goes to the others by gossip, and one that it does not reach, or that has not noticed by then that the member left,
/// lists it on: seen on 1.8.7, where it showed up again when that agent was the one that was asked.
/// </summary>
internal static class MemberPruning
{
    /// <summary>Asks them one after the other.</summary>
    /// <param name="observer">The cluster.</param>
    /// <param name="look">The set and its pods.</param>
    /// <param name="member">The member's name.</param>
    /// <param name="cancellationToken">Ends the calls.</param>
    /// <returns>False when none of them knew the member.</returns>
    /// <exception cref="ConsulPetsException">None could be asked, or the token may not.</exception>
    public static async Task<bool> ForceLeaveAsync(PetSetObserver observer, PetSetObservation look, string member, CancellationToken cancellationToken)
    {
        bool knew = false;
        ConsulPetsException? failure = null;
        foreach (ObservedPod pod in PetSetObserver.AskingOrder(look.Pods))
        {
            try
            {
                knew |= await observer.Agent(look.Workload, pod).ForceLeaveAsync(member, prune: true, cancellationToken).ConfigureAwait(false);
            }
            catch (ConsulPetsException exception) when (!exception.EndsCommand && exception.ErrorId != "ConsulPermissionDenied")
            {
                failure = exception;
                observer.OnDetail?.Invoke($"{pod.Name} was not told to forget {member}: {exception.Message}");
            }
        }

        return knew || failure is null ? knew : throw failure;
    }
}
