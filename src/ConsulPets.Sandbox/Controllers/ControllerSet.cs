namespace ConsulPets.Sandbox.Controllers;

/// <summary>All controllers.</summary>
internal static class ControllerSet
{
    /// <summary>Makes them. Each is then to be run; the order is that in which a new cluster becomes useful.</summary>
    /// <param name="context">What they share.</param>
    /// <returns>The controllers.</returns>
    public static IReadOnlyList<IController> Create(ControllerContext context) =>
    [
        new NodeController(context),
        new NamespaceController(context),
        new ServiceAccountController(context),
        new TokenController(context),
        new ClaimController(context),
        new VolumeController(context),
        new StatefulSetController(context),
        new DaemonSetController(context),
        new Scheduler(context),
        new EndpointController(context),
        new BudgetController(context),
        new GarbageController(context),
        new PodGarbageController(context),
        new EventExpiry(context),
    ];
}
