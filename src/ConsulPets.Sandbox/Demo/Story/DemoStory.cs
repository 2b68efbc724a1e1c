namespace ConsulPets.Sandbox.Demo.Story;

/// <summary>The story that `demo` plays: what a pet set is good for, told with real Consul servers.</summary>
internal static class DemoStory
{
    /// <summary>Its steps, in order. Each command can be typed in any PowerShell with the module; only Lose-Pet belongs to the sandbox.</summary>
    public static IReadOnlyList<DemoStep> Steps { get; } =
    [
        new(
            "$quick = @{ performance = @{ raft_multiplier = 1; leave_drain_time = '1s' }; autopilot = @{ server_stabilization_time = '2s' } }",
            "Consul's servers hold data and votes, so each must stay who it is: a pet, with a name, a number and a volume of its own. Three of them are made here, with shorter waits than Consul's own, as this is a story. They start empty, find each other and elect a leader."),
        new(
            "New-ConsulPetSet consul -Replicas 3 -ServerConfig $quick -Wait",
            Expectation: new("three voters are healthy, and one can be missed", "($set = Get-ConsulPetSet consul).Status -eq 'Healthy' -and $set.HealthyVoters -eq 3 -and $set.FailureTolerance -eq 1")),
        new("Get-ConsulPet", "One row for each pet: what Kubernetes, gossip and raft know of it."),
        new("Get-ConsulMember -PetSet consul", "The same from Consul's side."),
        new(
            "Invoke-RestMethod \"http://$((Get-ConsulPet consul-0).PodIP):8500/v1/kv/story\" -Method Put -Body 'before the loss'",
            "Something to remember: a key, written through one server, kept by all."),
        new("$before = Get-ConsulPet consul-1", "Now one of them is lost. Lose-Pet is no command of the module, which would ask raft first: it just deletes the pod, as kubectl delete pod does."),
        new("Lose-Pet consul-1"),
        new("Get-ConsulPetSet", "Two of three are left, which is a quorum. If the lost one led, they elect another leader, and serve on."),
        new(
            "New-ConsulPetSet cattle -Kind DaemonSet -ServerConfig $quick",
            "Kubernetes will make the pod again. Meanwhile the other way: a DaemonSet runs three servers too, one on each node, but its pods are cattle, with random names and no volumes."),
        new("Wait-ConsulPetSet consul -For Stable", "Back to the pet. Its server takes leave, its pod is made again with its name and its volume, and raft lets it vote."),
        new(
            "$before, (Get-ConsulPet consul-1) | Format-Table Name, NodeId, Volume, PodIP",
            "Before and after: the same name, the same node ID, the same volume; only the address is new. To raft it is the same server.",
            new(
                "consul-1 is the same member at another address",
                "($after = Get-ConsulPet consul-1).NodeId -eq $before.NodeId -and $after.Volume -eq $before.Volume -and $after.PodIP -ne $before.PodIP -and $after.RaftRole -ne 'None'")),
        new(
            "Invoke-RestMethod \"http://$((Get-ConsulPet consul-1).PodIP):8500/v1/kv/story?raw\"",
            "And it remembers.",
            new("the key is there", "(Invoke-RestMethod \"http://$((Get-ConsulPet consul-1).PodIP):8500/v1/kv/story?raw\") -eq 'before the loss'")),
        new("Wait-ConsulPetSet cattle -For Stable", "Now the same loss among the cattle."),
        new("$lost = Get-ConsulPet -PetSet cattle | Where-Object RaftRole -ne Leader | Select-Object -First 1"),
        new("$lost | Lose-Pet"),
        new("Wait-ConsulPetSet cattle -For Stable", "Kubernetes makes another pod, with another name, and Consul gets another member."),
        new(
            "Get-ConsulMember -PetSet cattle",
            "Four members for three pods: the lost one has no name to come back to, and its entry stays.",
            new("there are four members", "@(Get-ConsulMember -PetSet cattle).Count -eq 4")),
        new(
            "$stale = Find-StalePet cattle; $stale",
            "Such leftovers are found with proof, by two looks: no pod has the name, and none will.",
            new("the lost one is what is stale", "@($stale).Count -eq 1 -and $stale.Name -eq $lost.Name")),
        new("$stale | Remove-StalePet -Confirm:$false", "And they are removed without losing the quorum."),
        new(
            "Get-ConsulMember -PetSet cattle",
            Expectation: new("three members are left", "@(Get-ConsulMember -PetSet cattle).Count -eq 3")),
        new(
            "Get-ConsulPetSet | Remove-ConsulPetSet -PurgeVolumes -Confirm:$false",
            "That was it. Both sets go, and here their volumes too; with -Wait one would see them off."),
    ];
}
