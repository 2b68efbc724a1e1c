using ConsulPets.Observing;
using ConsulPets.Quorum;

namespace ConsulPets.Planning;

/// <summary>What a resize, a suspend or a resume will do, as far as it can be told before. Each step is decided anew when its turn comes.</summary>
public static class ResizeOutline
{
    /// <summary>Tells it.</summary>
    /// <param name="operation">What is wanted.</param>
    /// <param name="observation">A fresh look.</param>
    /// <returns>One step a pet that goes or comes, a claim that is deleted, and a change of MinQuorum.</returns>
    public static ConsulPetPlan Of(RollingOperation operation, OperationObservation observation)
    {
        ArgumentNullException.ThrowIfNull(operation);
        ArgumentNullException.ThrowIfNull(observation);
        var outline = new Outline(new RollingView(operation, observation, null));
        return new ConsulPetPlan($"{observation.Set.Workload.Namespace}/{observation.Set.Workload.Name}", outline.Steps());
    }

    /// <summary>The claims whose data the operation deletes.</summary>
    /// <param name="operation">What is wanted.</param>
    /// <param name="observation">A fresh look.</param>
    /// <returns>Their names; empty unless the policy says so.</returns>
    public static IReadOnlyList<string> DoomedClaims(RollingOperation operation, OperationObservation observation)
    {
        ArgumentNullException.ThrowIfNull(operation);
        ArgumentNullException.ThrowIfNull(observation);
        var view = new RollingView(operation, observation, null);
        return ResizeGoal.Of(view)?.DoomedClaims(view) ?? [];
    }

    private sealed class Outline(RollingView view)
    {
        private readonly List<ConsulPetStep> steps = [];
        private readonly ResizeGoal goal = ResizeGoal.Of(view) ?? new ResizeGoal(view.Workload.Replicas, view.Workload.Replicas, null);
        private IReadOnlyList<string> doomed = [];
        private int voters = view.Quorum.Voters ?? view.Workload.Replicas;

        // What a suspend of servers that leave has lowered it to cannot be read before they are back.
        private int? minQuorum = view.Observation.Autopilot is { } autopilot ? (autopilot.HasMinQuorum ? autopilot.MinQuorum : null)
            : view is { Operation.Kind: RollingKind.Resume, Workload.Replicas: 0, Observation.State.LeavesGracefully: true } ? 1 : null;

        private bool LeavesGracefully => goal.LeavesGracefully == true;

        private int Target => goal.Target;

        public List<ConsulPetStep> Steps()
        {
            int now = view.Workload.Replicas;
            doomed = goal.DoomedClaims(view);
            ForgetClaims(ordinal => !view.Workload.Wants(ordinal));
            if (now > Target)
            {
                Down(now);
            }
            else
            {
                Up(now);
            }

            return steps;
        }

        private void Down(int now)
        {
            if (view.Operation.Kind == RollingKind.Suspend && !LeavesGracefully)
            {
                Add("stop all pets of", view.Workload.Name, "together; each keeps raft's configuration, and Consul is away until they are back", voters);
                return;
            }

            for (int left = now - 1; left >= Target; left--)
            {
                if (left > 0)
                {
                    MinQuorum(AutopilotSettings.MinQuorumFor(left), isRaised: false, "before a voter goes");
                }

                int ordinal = view.Workload.FirstOrdinal + left;
                Add("stop", Pet(ordinal), left == 0 ? "the last one, so Consul is away until it is back" : LeavesGracefully ? "it leaves raft and gossip" : "its server is then taken out of raft and gossip", Math.Max(0, voters - 1));
                ForgetClaims(candidate => candidate == ordinal);
            }
        }

        private void Up(int now)
        {
            if (view.Operation.Kind == RollingKind.Resume && now < Target && !LeavesGracefully)
            {
                Add("start all pets of", view.Workload.Name, "together, each with the raft configuration on its disk", Target);
            }
            else
            {
                for (int place = now; place < Target; place++)
                {
                    Add("start", Pet(view.Workload.FirstOrdinal + place), place == 0 ? "the first one, which kept raft's last configuration and leads by itself" : "when all others vote and are stable", voters + 1);
                }
            }

            MinQuorum(AutopilotSettings.MinQuorumFor(Target), isRaised: true, RollingView.Say($"a majority of {Target}"));
        }

        private void MinQuorum(int floor, bool isRaised, string reason)
        {
            if (minQuorum is { } current && (isRaised ? current < floor : current > floor))
            {
                minQuorum = floor;
                Add(RollingView.Say($"set MinQuorum to {floor} for"), view.Workload.Name, reason, voters);
            }
        }

        private void ForgetClaims(Func<int, bool> isOf)
        {
            foreach (ObservedClaim claim in view.Set.Claims.Where(claim => doomed.Contains(claim.Name) && isOf(claim.Ordinal!.Value)))
            {
                Add("delete the volume claim and its data", claim.Name, "-VolumePolicy Delete", voters);
            }
        }

        private string Pet(int ordinal) => RollingView.Say($"{view.Workload.Name}-{ordinal}");

        private void Add(string action, string target, string reason, int votersAfter)
        {
            steps.Add(new ConsulPetStep
            {
                Order = steps.Count + 1,
                Action = action,
                Target = target,
                Reason = reason,
                VotersBefore = voters,
                VotersAfter = votersAfter,
                ToleranceBefore = Tolerance(voters),
                ToleranceAfter = Tolerance(votersAfter),
            });
            voters = votersAfter;
        }

        // Of a set that has no server nothing can fail.
        private static int Tolerance(int count) => count == 0 ? 0 : RaftQuorum.Tolerance(count, count);
    }
}
