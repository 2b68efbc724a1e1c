using ConsulPets.Quorum;

namespace ConsulPets.Model.Tests.Rolling;

public class RestartOutlineTests
{
    private static readonly RollingOperation Restart = new() { Kind = RollingKind.Restart, Run = "run" };

    [Fact]
    public void The_last_ordinal_goes_first_and_the_leader_last()
    {
        ConsulPetPlan plan = RestartOutline.Of(Restart, Look(Given.Healthy()));
        string leader = Given.Healthy().Consul!.Leader!.Name;
        Assert.Equal([.. new[] { "consul-2", "consul-1", "consul-0" }.Where(pet => pet != leader), leader], plan.Steps.Select(static step => step.Target));
        Assert.Equal([1, 2, 3], plan.Steps.Select(static step => step.Order));
        Assert.All(plan.Steps, static step => Assert.Equal((3, 3, 1, 0), (step.VotersBefore, step.VotersAfter, step.ToleranceBefore, step.ToleranceAfter)));
    }

    [Fact]
    public void It_ends_at_the_canary_and_goes_on_behind_it_the_next_time()
    {
        string[] order = [.. RestartOutline.Of(Restart, Look(Given.Healthy())).Steps.Select(static step => step.Target)];
        RollingOperation canary = Restart with { StopAfter = order[0] };
        OperationObservation look = Look(Given.Healthy());
        Assert.Equal([order[0]], RestartOutline.Of(canary, look).Steps.Select(static step => step.Target));

        var stopped = new OperationState
        {
            Kind = RollingKind.Restart,
            Run = "earlier",
            Written = look.Shape,
            FormerPods = [.. look.Set.Pods.Where(pod => pod.Name != order[0]).Select(static pod => pod.Uid)],
            StoppedAfter = order[0],
            StoppedBy = "earlier",
        };
        Assert.Equal(order[1..], RestartOutline.Of(canary, look with { State = stopped }).Steps.Select(static step => step.Target));
    }

    [Fact]
    public void A_sick_pet_goes_first_when_asked()
    {
        string[] order = [.. RestartOutline.Of(Restart, Look(Given.Healthy())).Steps.Select(static step => step.Target)];
        PetSetObservation sick = Given.Healthy().Consul(consul => consul with { Health = [.. consul.Health!.Select(server => server.Id == Given.Id(order[1]) ? server with { Healthy = false } : server)] });
        Assert.Equal(order, RestartOutline.Of(Restart, Look(sick)).Steps.Select(static step => step.Target));
        Assert.Equal([order[1], order[0], order[2]], RestartOutline.Of(Restart with { SickFirst = true }, Look(sick)).Steps.Select(static step => step.Target));
    }

    private static OperationObservation Look(PetSetObservation set) => new()
    {
        Set = set,
        TemplateHash = "template-1",
        Autopilot = new AutopilotSettings(true, 2, TimeSpan.FromSeconds(10)),
    };
}
