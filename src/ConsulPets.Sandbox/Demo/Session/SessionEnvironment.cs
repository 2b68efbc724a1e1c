namespace ConsulPets.Sandbox.Demo.Session;

/// <summary>
/// The environment variables of this process while a session runs in it: KUBECONFIG leads to the sandbox, and none of Consul's leads elsewhere.
/// With CONSUL_HTTP_ADDR of the user's own shell, Get-ConsulMember would show a Consul that is no part of the sandbox.
/// </summary>
internal sealed class SessionEnvironment : IDisposable
{
    private const string KubeConfigVariable = "KUBECONFIG";
    private readonly List<KeyValuePair<string, string?>> before = [];

    /// <summary>Sets the variables.</summary>
    /// <param name="kubeConfig">The sandbox's kubeconfig.</param>
    public SessionEnvironment(string kubeConfig)
    {
        string[] consul = [.. Environment.GetEnvironmentVariables().Keys.Cast<string>().Where(static name => name.StartsWith("CONSUL_", StringComparison.OrdinalIgnoreCase))];
        foreach (string name in consul)
        {
            Set(name, value: null);
        }

        Set(KubeConfigVariable, kubeConfig);
    }

    /// <summary>Sets them back.</summary>
    public void Dispose() => before.ForEach(static variable => Environment.SetEnvironmentVariable(variable.Key, variable.Value));

    private void Set(string name, string? value)
    {
        before.Add(new KeyValuePair<string, string?>(name, Environment.GetEnvironmentVariable(name)));
        Environment.SetEnvironmentVariable(name, value);
    }
}
