using System.Management.Automation;

namespace ConsulPets.Cluster.Tests;

/// <summary>What the scenarios do again and again.</summary>
public static class ScenarioShell
{
    /// <summary>Parameters of <see cref="Bootstrap"/> for servers that wait less than Consul's defaults have it.</summary>
    public const string Quick = "-ServerConfig @{ performance = @{ raft_multiplier = 1; leave_drain_time = '1s' }; autopilot = @{ server_stabilization_time = '2s' } }";

    /// <summary>Bootstraps a set and waits for it.</summary>
    public static PSObject Bootstrap(this Shell shell, string name, string more = "") => shell
        .Ok($"New-ConsulPetSet {name} @kube -Image $image -StorageSize 1Gi -Wait -TimeoutSeconds 240 {more}")
        .Output.Single();

    /// <summary>The pets of a set, by name.</summary>
    public static Dictionary<string, PSObject> Pets(this Shell shell, string set) => shell
        .Ok("Get-ConsulPet @kube -PetSet $set", ("set", set)).Output.ToDictionary(static pet => pet.Text("Name"));

    /// <summary>The pet of the set "consul" that is restarted first: the highest ordinal that does not lead.</summary>
    public static string NotLeading(this Shell shell) =>
        shell.Pets("consul").Values.Where(static pet => pet.Text("RaftRole") != "Leader").Max(static pet => pet.Text("Name"))!;

    /// <summary>
    /// Waits until the set "consul" is stable after pets of it were lost. One that came back in the wrong moment may be called leaving for ever (<see cref="LeavingScenario"/>, hashicorp/consul#13379;
    /// seen when two were lost at once): it is then mended as an administrator would, by what Test-ConsulPetSet says.
    /// </summary>
    public static PSObject Settle(this Shell shell)
    {
        // Servers that do not leave, two lost at once, have been seen to need two minutes on a busy machine.
        for (int left = 2; ; left--)
        {
            ShellResult waited = shell.Run("Wait-ConsulPetSet consul @kube -For Stable -TimeoutSeconds 120");
            if (waited.Errors.Count == 0)
            {
                return waited.Output.Single();
            }

            PSObject? check = shell.Ok("Test-ConsulPetSet consul @kube").Output
                .FirstOrDefault(static check => check.Text("Name") == "Members" && check.Text("Detail").Contains("calls it leaving, though it runs", StringComparison.Ordinal));
            Assert.True(left > 0, waited.Errors[0].ToString());
            if (check is not null)
            {
                shell.Ok($"{check.Text("Fix")} -Confirm:$false");
            }
        }
    }

    /// <summary>
    /// Makes a pet of the set "consul" the leader: of three all the others are lost at once, so it is the one that asks for votes when they come back; of more the leader and as many as the quorum can
    /// miss stop, until it is elected.
    /// </summary>
    public static void Lead(this Shell shell, OperatorNamespace place, string pet)
    {
        for (int attempt = 0; attempt < 20; attempt++)
        {
            PSObject set = shell.Settle();
            if (set.Text("Leader") == pet)
            {
                return;
            }

            string[] pets = [.. shell.Pets("consul").Keys];
            string[] others = [.. pets.Where(name => name != pet).OrderByDescending(name => name == set.Text("Leader"))];
            if (pets.Length <= 3)
            {
                place.Api.Lose(place.Name, others);
                continue;
            }

            Dictionary<string, string> uids = place.Api.PodUids(place.Name);
            string[] stopped = others[..((pets.Length - 1) / 2)];
            Array.ForEach(stopped, name => place.Api.Delete(place.Name, "pods", name));
            Assert.True(SpinWait.SpinUntil(() => stopped.All(place.Replaced(uids).Contains), TimeSpan.FromMinutes(3)), "they do not stop");
        }

        throw new InvalidOperationException($"{pet} does not become the leader");
    }

    /// <summary>A property as text; empty when it is null.</summary>
    public static string Text(this PSObject item, string property) => item.Properties[property].Value?.ToString() ?? string.Empty;

    /// <summary>A property of the members: the tag.</summary>
    public static string Tag(this PSObject member, string tag) => ((IReadOnlyDictionary<string, string>)member.Properties["Tags"].Value)[tag];
}
