using System.Collections;
using System.Management.Automation;
using ConsulPets.Sandbox.Demo.Screen;
using ConsulPets.Sandbox.Hosting;

namespace ConsulPets.Sandbox.Demo.Session;

/// <summary>A session whose commands mean a sandbox.</summary>
internal sealed class SandboxSession : IDisposable
{
    private readonly SessionEnvironment environment;

    /// <summary>Opens a session.</summary>
    /// <param name="run">The sandbox.</param>
    /// <param name="screen">Where it shows things.</param>
    /// <param name="lines">Where answers come from.</param>
    /// <param name="defaults">More default parameters, by `command:parameter`.</param>
    public SandboxSession(SandboxRun run, ConsoleScreen screen, ILineSource lines, params IEnumerable<KeyValuePair<string, object>> defaults)
    {
        environment = new SessionEnvironment(run.KubeConfig);
        try
        {
            var parameters = new DefaultParameterDictionary(new Hashtable { ["New-ConsulPetSet:Image"] = run.Sandbox.ConsulImage });
            foreach ((string name, object value) in defaults)
            {
                parameters[name] = value;
            }

            Shell = new PowerShellSession(screen, lines, ModuleFiles.Manifest, new Dictionary<string, object> { ["PSDefaultParameterValues"] = parameters });
        }
        catch
        {
            environment.Dispose();
            throw;
        }
    }

    /// <summary>The session.</summary>
    public PowerShellSession Shell { get; }

    /// <inheritdoc/>
    public void Dispose()
    {
        Shell.Dispose();
        environment.Dispose();
    }
}
