using ConsulPets.Sandbox.Controllers;
using ConsulPets.Sandbox.Store;

namespace ConsulPets.Sandbox.Pods;

/// <summary>What all pods share.</summary>
/// <param name="Registry">The objects.</param>
/// <param name="Events">Where events are written.</param>
/// <param name="Network">The pods' network.</param>
/// <param name="Images">The images.</param>
/// <param name="Launcher">What starts processes.</param>
/// <param name="Options">How pods are run.</param>
/// <param name="Directory">Beats when a pod got an address or a service changed: a name may mean something else now.</param>
internal sealed record PodContext(
    ObjectRegistry Registry, EventRecorder Events, PodNetwork Network, ImageCatalogue Images, ProcessLauncher Launcher, PodRuntimeOptions Options, Pulse Directory)
{
    /// <summary>The time.</summary>
    public TimeProvider Clock => Registry.Clock;
}
