using System.Text.Json.Nodes;
using ConsulPets.Sandbox.Store;

namespace ConsulPets.Sandbox.Admission;

/// <summary>Rules of containers.</summary>
internal static class ContainerRules
{
    private static readonly string[] NotForInitContainers = ["lifecycle", "livenessProbe", "readinessProbe", "startupProbe"];

    /// <summary>Judges a pod's containers.</summary>
    /// <param name="spec">The pod's spec.</param>
    /// <param name="path">Its path.</param>
    /// <param name="volumes">The names of the pod's volumes.</param>
    /// <param name="problems">Where what is wrong goes.</param>
    public static void CheckAll(JsonObject spec, string path, HashSet<string> volumes, ProblemList problems)
    {
        if (spec["containers"] is not JsonArray { Count: > 0 })
        {
            problems.Required($"{path}.containers");
        }

        var names = new HashSet<string>(StringComparer.Ordinal);
        var hostPorts = new HashSet<string>(StringComparer.Ordinal);
        bool isOnHost = spec.Truth("hostNetwork") == true;
        foreach ((JsonObject container, string at) in ProblemList.Each(spec, path, "containers"))
        {
            Check(container, at, names, volumes, problems);
            ProbeRules.CheckLifecycle(container.Part("lifecycle"), $"{at}.lifecycle", problems);
            ProbeRules.Check(container.Part("livenessProbe"), $"{at}.livenessProbe", isReadiness: false, problems);
            ProbeRules.Check(container.Part("readinessProbe"), $"{at}.readinessProbe", isReadiness: true, problems);
            ProbeRules.Check(container.Part("startupProbe"), $"{at}.startupProbe", isReadiness: false, problems);
            PortRules.CheckHost(container, at, isOnHost, hostPorts, problems);
        }

        foreach ((JsonObject container, string at) in ProblemList.Each(spec, path, "initContainers"))
        {
            Check(container, at, names, volumes, problems);
            CheckInit(container, at, problems);
            PortRules.CheckHost(container, at, isOnHost, [], problems);
        }
    }

    private static void Check(JsonObject container, string path, HashSet<string> names, HashSet<string> volumes, ProblemList problems)
    {
        string name = container.Text("name") ?? string.Empty;
        if (name.Length == 0)
        {
            problems.Required($"{path}.name");
        }
        else
        {
            problems.InvalidText($"{path}.name", name, NameRules.Label(name));
            if (!names.Add(name))
            {
                problems.Duplicate($"{path}.name", GoText.Quote(name));
            }
        }

        string image = container.Text("image") ?? string.Empty;
        if (image.Length == 0)
        {
            problems.Required($"{path}.image");
        }
        else if (image.Trim().Length != image.Length)
        {
            problems.Invalid($"{path}.image", GoText.Quote(image), "must not have leading or trailing whitespace");
        }

        if (container.Text("terminationMessagePolicy") is not ("File" or "FallbackToLogsOnError") and var policy)
        {
            problems.Invalid($"{path}.terminationMessagePolicy", GoText.Quote(policy ?? string.Empty), "must be 'File' or 'FallbackToLogsOnError'");
        }

        problems.OneOf($"{path}.imagePullPolicy", container.Text("imagePullPolicy"), "Always", "IfNotPresent", "Never");
        PortRules.Check(container, path, problems);
        VariableRules.Check(container, path, problems);
        CheckMounts(container, path, volumes, problems);
        ResourceRules.Check(container.Part("resources"), $"{path}.resources", problems);
        SecurityRules.CheckContainer(container.Part("securityContext"), $"{path}.securityContext", problems);
    }

    // A container that is started first and stays, since 1.28: restartPolicy Always.
    private static void CheckInit(JsonObject container, string path, ProblemList problems)
    {
        string? policy = container.Text("restartPolicy");
        if (policy == "Always")
        {
            ProbeRules.CheckLifecycle(container.Part("lifecycle"), $"{path}.lifecycle", problems);
            ProbeRules.Check(container.Part("livenessProbe"), $"{path}.livenessProbe", isReadiness: false, problems);
            ProbeRules.Check(container.Part("readinessProbe"), $"{path}.readinessProbe", isReadiness: true, problems);
            ProbeRules.Check(container.Part("startupProbe"), $"{path}.startupProbe", isReadiness: false, problems);
            return;
        }

        if (policy is not null)
        {
            problems.NotSupported($"{path}.restartPolicy", GoText.Quote(policy), "Always");
        }

        foreach (string field in NotForInitContainers.Where(container.ContainsKey))
        {
            problems.Forbidden($"{path}.{field}", "may not be set for init containers without restartPolicy=Always");
        }
    }

    private static void CheckMounts(JsonObject container, string path, HashSet<string> volumes, ProblemList problems)
    {
        var folders = new HashSet<string>(StringComparer.Ordinal);
        foreach ((JsonObject mount, string at) in ProblemList.Each(container, path, "volumeMounts"))
        {
            string name = mount.Text("name") ?? string.Empty;
            if (name.Length == 0)
            {
                problems.Required($"{at}.name");
            }

            if (!volumes.Contains(name))
            {
                problems.NotFound($"{at}.name", name);
            }

            string folder = mount.Text("mountPath") ?? string.Empty;
            if (folder.Length == 0)
            {
                problems.Required($"{at}.mountPath");
            }
            else if (!folders.Add(folder))
            {
                problems.Invalid($"{at}.mountPath", GoText.Quote(folder), "must be unique");
            }

            // These two paths leave out the index, as the real one's do.
            CheckSubPath(mount, $"{path}.volumeMounts.subPath", "subPath", problems);
            CheckSubPath(mount, $"{path}.volumeMounts.subPathExpr", "subPathExpr", problems);
            if (mount.Text("subPath") is { Length: > 0 } && mount.Text("subPathExpr") is { Length: > 0 } expression)
            {
                problems.Invalid($"{at}.subPathExpr", GoText.Quote(expression), "subPathExpr and subPath are mutually exclusive");
            }

            if (mount.Text("mountPropagation") is { } propagation)
            {
                problems.OneOf($"{at}.mountPropagation", propagation, "Bidirectional", "HostToContainer", "None");
                if (propagation == "Bidirectional" && container.Truth("securityContext", "privileged") != true)
                {
                    problems.Forbidden($"{at}.mountPropagation", "Bidirectional mount propagation is available only to privileged containers");
                }
            }
        }
    }

    private static void CheckSubPath(JsonObject mount, string path, string field, ProblemList problems)
    {
        if (mount.Text(field) is { Length: > 0 } text)
        {
            VolumeRules.CheckRelative(text, path, problems);
        }
    }
}
