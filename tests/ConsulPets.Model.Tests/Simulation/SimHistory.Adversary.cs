namespace ConsulPets.Model.Tests.Simulation;

/// <summary>What goes wrong.</summary>
internal sealed partial class SimHistory
{
    private void Happen(SimEvent happening)
    {
        cluster.Say(happening.ToString());
        SimPod? pod = cluster.Pods.Count == 0 ? null : cluster.Pods[happening.Which % cluster.Pods.Count];
        switch (happening.Kind)
        {
            case SimEventKind.KillProcess when pod is { IsRunning: true, Server.IsAlive: true }:
                cluster.Kill(pod.Server, happening.Seconds / 2);
                break;
            case SimEventKind.EvictPod when pod is not null:
                cluster.DeletePod(pod);
                rules.EvictedAt = cluster.Now;
                break;
            case SimEventKind.HangServer when pod is { Server.IsAlive: true }:
                pod.Server.HungUntil = cluster.Now + happening.Seconds;
                break;
            case SimEventKind.PauseController:
                cluster.ControllerPausedUntil = cluster.Now + happening.Seconds;
                break;
            case SimEventKind.GossipDoubts when pod is not null:
                pod.Server.DoubtedUntil = cluster.Now + happening.Seconds;
                break;
            case SimEventKind.AclFilter:
                cluster.FilteredSince = cluster.Now;
                cluster.FilteredUntil = cluster.Now + happening.Seconds;
                break;
            case SimEventKind.LeaderFalls:
                cluster.Depose();
                break;
            case SimEventKind.KillOperator:
                Begin("the operator is killed");
                break;
            case SimEventKind.KillOperatorBeforeWrite:
                diesBefore = true;
                break;
            case SimEventKind.KillOperatorAfterWrite:
                diesAfter = true;
                break;
            case SimEventKind.NextOperation when asked + 1 < scenario.Operations.Count:
                // The user has thought better of it, and a new command begins with what it finds.
                asked++;
                Begin("the operator is killed, and something else is asked for", isAnother: true);
                break;
            case SimEventKind.OtherOperator:
                cluster.LockedBy = "somebody";
                rules.LockedSince = cluster.Now;
                lockedUntil = cluster.Now + happening.Seconds;
                break;
            case SimEventKind.StuckNode:
                cluster.StuckNodeUntil = cluster.Now + happening.Seconds;
                break;
            // Who begins something else begins with what is there.
            case SimEventKind.HumanEdit when cluster.State is { } state && state.Kind == operation.Kind && state.TemplateHash == operation.TemplateHash
                && (state.Kind != RollingKind.Resize || (state.TargetReplicas == operation.Replicas && state.Volumes == operation.Volumes)):
                Edit(happening.Which);
                break;
            default:
                break;
        }
    }

    private void Edit(int which)
    {
        if (which % 3 == 0)
        {
            cluster.Template = "rev-9";
        }
        else if (which % 3 == 1 || scenario.IsDaemonSet)
        {
            cluster.OnDelete = !cluster.OnDelete;
            cluster.Partition = 0;
        }
        else
        {
            cluster.Replicas++;
        }

        cluster.Generation++;
        cluster.ResourceVersion++;

        // Who takes an edit back has changed nothing.
        WorkloadShape written = cluster.State!.Written;
        bool isAsWritten = (cluster.Template, cluster.OnDelete) == (written.TemplateHash, written.OnDelete)
            && (scenario.IsDaemonSet || (cluster.Replicas, cluster.OnDelete ? 0 : cluster.Partition) == (written.Replicas, written.Partition));
        rules.EditedAt = isAsWritten ? 1_000_000 : Math.Min(rules.EditedAt, cluster.Now);
    }
}
