namespace ConsulPets.Observing;

/// <summary>
/// What a command must name to reach the same cluster and namespace from the session that asked. A command that is pasted at three in the morning must not land in
/// another cluster: what the session would take by itself is left out, all else is named.
/// </summary>
/// <param name="Namespace">The namespace; null when it is the one that the session takes.</param>
/// <param name="Context">The context; null when the session takes the current one.</param>
/// <param name="KubeConfig">The kubeconfig file; null when the session takes the default ones.</param>
public sealed record FixScope(string? Namespace = null, string? Context = null, string? KubeConfig = null)
{
    /// <summary>A command of this module.</summary>
    /// <param name="command">The command without its target.</param>
    /// <returns>The command with it.</returns>
    public string Cmdlet(string command) => command + Part(" -Namespace ", Namespace) + Part(" -Context ", Context) + Part(" -KubeConfig ", KubeConfig);

    /// <summary>A kubectl command in the set's namespace.</summary>
    /// <param name="command">What comes after <c>kubectl</c>.</param>
    /// <returns>The command.</returns>
    public string Kubectl(string command) => KubectlAnywhere(command, Part(" --namespace ", Namespace));

    /// <summary>A kubectl command about something that is in no namespace, such as a node.</summary>
    /// <param name="command">What comes after <c>kubectl</c>.</param>
    /// <returns>The command.</returns>
    public string KubectlCluster(string command) => KubectlAnywhere(command, string.Empty);

    /// <summary>A word as PowerShell takes it literally.</summary>
    /// <param name="word">The word.</param>
    /// <returns>The word, in quotes where it needs them.</returns>
    public static string Quoted(string word)
    {
        ArgumentNullException.ThrowIfNull(word);
        bool isPlain = word.Length > 0 && word.All(static character => char.IsAsciiLetterOrDigit(character) || character is '-' or '_' or '.' or '/' or ':');
        return isPlain && word[0] != '-' ? word : $"'{word.Replace("'", "''", StringComparison.Ordinal)}'";
    }

    // What is behind "--" belongs to the command in the pod, so kubectl's own options come before it.
    private string KubectlAnywhere(string command, string place)
    {
        ArgumentNullException.ThrowIfNull(command);
        string options = place + Part(" --context ", Context) + Part(" --kubeconfig ", KubeConfig);
        int inPod = command.IndexOf(" -- ", StringComparison.Ordinal);
        return inPod < 0 ? $"kubectl {command}{options}" : $"kubectl {command[..inPod]}{options}{command[inPod..]}";
    }

    private static string Part(string option, string? value) => value is null ? string.Empty : option + Quoted(value);
}
