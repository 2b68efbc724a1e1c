namespace ConsulPets.Model.Tests.Simulation;

/// <summary>The controller, and the pods as the kubelet runs them.</summary>
internal sealed partial class SimCluster
{
    public int ControllerPausedUntil { get; set; }

    public int StuckNodeUntil { get; set; }

    public void DeletePod(SimPod pod)
    {
        if (pod.IsDeleting)
        {
            return;
        }

        pod.IsDeleting = true;
        pod.DeletedAt = Now;
        pod.GoneAt = Now + (scenario.LeavesGracefully && pod.Server.IsAlive ? random.Between(3, 7) : random.Between(1, 3));
    }

    public void Kill(SimServer server, int back)
    {
        server.IsAlive = false;
        server.HungUntil = 0;
        server.SerfNotices = Now + random.Between(2, 6);
        if (PodOf(server) is { } pod)
        {
            pod.IsRunning = pod.IsReady = false;
            pod.StartsAt = Now + back;
        }
    }

    private void ControlPods()
    {
        if (Now < ControllerPausedUntil || !random.Percent(70))
        {
            return;
        }

        if (ObservedGeneration != Generation)
        {
            ObservedGeneration = Generation;
            UpdateRevision = Template;
        }

        if (scenario.IsDaemonSet)
        {
            ControlDaemonSet();
            return;
        }

        bool isWhole = true;
        for (int place = 0; place < Replicas; place++)
        {
            if (PodAt(place) is null)
            {
                // newVersionedStatefulSetPod: below the partition the current revision; OnDelete has no partition.
                AddPod(place, !OnDelete && place < Partition ? CurrentRevision : UpdateRevision);
                isWhole = false;
            }
        }

        foreach (SimPod pod in Pods)
        {
            if (pod.Place >= Replicas && !pod.IsDeleting)
            {
                DeletePod(pod);
            }
        }

        if (OnDelete)
        {
            return;
        }

        for (int place = Replicas - 1; place >= Partition && isWhole; place--)
        {
            SimPod pod = PodAt(place)!;
            if (pod.Revision != UpdateRevision && !pod.IsDeleting)
            {
                if (!(pod.IsStuck && scenario.WaitsForStuckPods))
                {
                    OnOrderedReplacement?.Invoke(pod);
                    DeletePod(pod);
                }

                return;
            }

            if (!pod.IsReady || pod.IsDeleting)
            {
                return;
            }
        }

        if (isWhole && Partition == 0)
        {
            CurrentRevision = UpdateRevision;
        }
    }

    private void ControlDaemonSet()
    {
        int staying = 0;
        bool allReady = true;
        foreach (SimPod pod in Pods)
        {
            staying += pod.IsDeleting ? 0 : 1;
            allReady &= pod.IsReady;
        }

        if (Pods.Count < scenario.Size)
        {
            AddPod(0, UpdateRevision);
        }
        else if (!OnDelete && allReady && staying == scenario.Size && Pods.Find(pod => pod.Revision != UpdateRevision) is { } outdated)
        {
            OnOrderedReplacement?.Invoke(outdated);
            DeletePod(outdated);
        }
    }

    private void RunPods()
    {
        for (int n = Pods.Count - 1; n >= 0; n--)
        {
            SimPod pod = Pods[n];
            SimServer server = pod.Server;
            if (pod.IsDeleting)
            {
                Stop(pod, server);
                continue;
            }

            if (server.IsHung && Now >= server.HungUntil)
            {
                server.HungUntil = 0;
                server.UpSince = Now;
            }

            if (!pod.IsStuck && !server.IsAlive && Now >= pod.StartsAt && Now >= StuckNodeUntil)
            {
                server.IsAlive = pod.IsRunning = true;
                server.IsNewAddress = server.IsInRaft && !ReferenceEquals(server, Leader) && server.OwnAddress != pod.Address;
                server.UpSince = Now;
                server.OwnAddress = pod.Address;
                pod.RanAt = Math.Min(pod.RanAt, Now);
                server.SerfNotices = Now + random.Between(1, 3);
            }

            // The probe asks for a leader; it says nothing of votes.
            pod.IsReady = pod.IsRunning && server.Answers && Leader is not null && server.Serf is ConsulMemberStatus.Alive or ConsulMemberStatus.Leaving;
        }
    }

    private void Stop(SimPod pod, SimServer server)
    {
        pod.IsReady = false;
        if (server.IsAlive && scenario.LeavesGracefully && !server.IsHung && Now > pod.DeletedAt + 1)
        {
            Leave(server);
            pod.IsRunning = false;
        }

        if (Now >= pod.GoneAt)
        {
            if (server.IsAlive)
            {
                Kill(server, 0);
            }

            Pods.Remove(pod);
        }
    }

    private void Leave(SimServer server)
    {
        if (Leader is not null && Voters > 1)
        {
            server.IsInRaft = server.IsVoter = false;
            if (ReferenceEquals(Leader, server))
            {
                Leader = null;
            }
        }

        server.IsAlive = false;
        server.HungUntil = 0;
        server.Serf = ConsulMemberStatus.Left;
        server.SerfNotices = 0;
    }
}
