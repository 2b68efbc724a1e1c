using ConsulPets.Observing;

namespace ConsulPets.Planning.Checks;

/// <summary>Whether Kubernetes runs the pods.</summary>
internal static class PodChecks
{
    private const int RestartsADay = 3;

    // The kubelet's words for an image that it does not have and does not get (kubernetes, pkg/kubelet/images/types.go).
    private static readonly string[] ImageReasons = ["ErrImagePull", "ImagePullBackOff", "ErrImageNeverPull", "InvalidImageName", "ImageInspectError", "RegistryUnavailable", "SignatureValidationFailed"];

    /// <summary>Whether every wanted pod is there, ready, and stays up.</summary>
    public static CheckVerdict Pods(CheckSubject subject)
    {
        ObservedWorkload workload = subject.Workload;
        ObservedPod[] pods = [.. subject.Observation.Pods];
        if (Failing(subject, pods) is { } failing)
        {
            return failing;
        }

        string[] missing = [.. workload.WantedOrdinals.Where(ordinal => !pods.Any(pod => pod.OrdinalIn(workload) == ordinal)).Select(ordinal => FormattableString.Invariant($"{workload.Name}-{ordinal}"))];
        if (missing.Length > 0 || pods.Length < workload.Replicas)
        {
            string detail = missing.Length > 0 ? $"{CheckSubject.List(missing)}: no such pod" : FormattableString.Invariant($"{pods.Length} of {workload.Replicas} pods are there");
            return CheckVerdict.Failed(detail, subject.Kubectl($"describe {subject.KubectlName}"), missing);
        }

        string[] coming = [.. pods.Where(static pod => !pod.Ready && ImageWait(pod) is null).Select(static pod => $"{pod.Name} ({pod.Phase})")];
        if (coming.Length > 0)
        {
            return CheckVerdict.Warning($"not ready yet: {CheckSubject.List(coming)}", subject.WaitFor(WaitCondition.Stable), [.. pods.Where(static pod => !pod.Ready).Select(static pod => pod.Name)]);
        }

        ObservedPod? restless = pods.FirstOrDefault(pod => pod.Restarts > RestartsADay * Math.Max(1, (subject.Observation.Taken - pod.Created).TotalDays));
        return restless is not null
            ? CheckVerdict.Warning(FormattableString.Invariant($"{restless.Name} was restarted {restless.Restarts} times"), subject.Kubectl($"logs {restless.Name} --previous --all-containers --tail=50"), restless.Name)
            : workload.Replicas == 0 ? CheckVerdict.Passed("none is wanted, and none is there")
            : CheckVerdict.Passed(FormattableString.Invariant($"{pods.Count(static pod => pod.Ready)} of {workload.Replicas} pods are ready"));
    }

    /// <summary>Whether a pod waits for an image that it does not get.</summary>
    public static CheckVerdict Image(CheckSubject subject)
    {
        ObservedPod[] stuck = [.. subject.Observation.Pods.Where(static pod => ImageWait(pod) is not null)];
        if (stuck.Length == 0)
        {
            string[] images = [.. subject.Observation.Pods.Select(static pod => pod.Image).Distinct()];
            return CheckVerdict.Passed(images.Length == 0 ? "there are no pods" : $"no pod waits for its image: {CheckSubject.List(images)}");
        }

        (string image, string reason) = ImageWait(stuck[0])!.Value;
        string[] names = [.. stuck.Select(static pod => pod.Name)];
        return CheckVerdict.Failed($"{CheckSubject.List(names)}: {reason}: {image} cannot be had", ImageFix(subject, stuck[0], image), names);
    }

    /// <summary>The pods that cannot start and will not by themselves.</summary>
    public static IReadOnlyList<ObservedPod> Stuck(PetSetObservation look) => [.. look.Pods.Where(static pod => !pod.Ready && (pod.PhaseDetail is not null || ImageWait(pod) is not null))];

    /// <summary>What helps a pod that does not run; null when it runs.</summary>
    public static string? Fix(CheckSubject subject, ObservedPod pod)
    {
        if (ImageWait(pod) is var (image, _))
        {
            return ImageFix(subject, pod, image);
        }

        return pod switch
        {
            { Ready: true } => null,
            { Deleting: true } => subject.WaitFor(WaitCondition.Stable),
            _ when pod.Restarts > 0 => subject.Kubectl($"logs {pod.Name} --previous --all-containers --tail=50"),
            { Running: true } => subject.Kubectl($"logs {pod.Name} --all-containers --tail=50"),
            _ => subject.Kubectl($"describe pod {pod.Name}"),
        };
    }

    // Those that a hand is needed for: on a dead node, unschedulable, crashing, or not ready for longer than a start takes.
    private static CheckVerdict? Failing(CheckSubject subject, ObservedPod[] pods)
    {
        IReadOnlyList<ObservedNode> nodes = subject.Surroundings.Nodes.Value ?? [];
        ObservedPod? lost = pods.FirstOrDefault(pod => nodes.Any(node => node.Name == pod.Node && !node.Ready));
        if (lost is not null)
        {
            return CheckVerdict.Failed($"{lost.Name} is on the node {lost.Node}, which is not ready", subject.Surroundings.Scope.KubectlCluster($"describe node {lost.Node}"), lost.Name);
        }

        ObservedPod[] failing = [.. pods.Where(pod => pod is { Ready: false, Deleting: false } && ImageWait(pod) is null && (pod.PhaseDetail is not null || !subject.IsYoung(pod)))];
        return failing.Length == 0 ? null : CheckVerdict.Failed(
            $"{string.Join("; ", failing.Take(3).Select(static pod => $"{pod.Name} is not ready: {pod.Phase}{(pod.PhaseDetail is null || pod.PhaseDetail == pod.Phase ? string.Empty : $": {pod.PhaseDetail}")}"))}",
            Fix(subject, failing[0]),
            [.. failing.Select(static pod => pod.Name)]);
    }

    private static (string Image, string Reason)? ImageWait(ObservedPod pod) =>
        pod.Waiting.FirstOrDefault(static waiting => ImageReasons.Contains(waiting.Reason)) is { } found ? (found.Image, found.Reason) : null;

    // An image that another pet runs is one that can be had; the pod that waits stands in the way of the controller (kubernetes#67250), and an undo takes it away.
    private static string ImageFix(CheckSubject subject, ObservedPod pod, string image)
    {
        if (image != pod.Image)
        {
            // Not Consul's own container: what it should be, nobody here knows.
            return subject.Kubectl($"describe pod {pod.Name}");
        }

        if (subject.Workload.Image != image)
        {
            return subject.Cmdlet($"Restart-ConsulPet {FixScope.Quoted(pod.Name)} -PetSet {subject.Set}");
        }

        return subject.Observation.Pods.Any(candidate => candidate.Running && candidate.Image != image)
            ? subject.Cmdlet($"Undo-ConsulPetSet {subject.Set}")
            : image == PetSetSpecification.DefaultImage ? subject.Kubectl($"describe pod {pod.Name}")
            : subject.Cmdlet($"Update-ConsulPetSet {subject.Set} -Image {PetSetSpecification.DefaultImage} -SickFirst");
    }
}
