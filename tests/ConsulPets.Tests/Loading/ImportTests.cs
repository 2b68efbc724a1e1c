using System.Reflection;

namespace ConsulPets.Tests.Loading;

/// <summary>What is loaded, where and when, in a process of its own.</summary>
public sealed class ImportTests
{
    private static readonly string Import = $"Import-Module '{Repository.Manifest}' -ErrorAction Stop; ";

    // Reads a kubeconfig, so that the Engine and its libraries are needed; there is no such file, which is told.
    private const string FirstUse = "Get-ConsulPetSet -KubeConfig /none/such; ";

    private static string OtherYamlDotNet => typeof(ImportTests).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(static attribute => attribute.Key == "OtherYamlDotNet").Value!;

    [Fact]
    public void Importing_loads_nothing_but_the_modules_own_two_assemblies()
    {
        string[] loaded = Ours(FreshProcess.Run(Import + "(Get-Command -Module ConsulPets).Count"));
        Assert.DoesNotContain(loaded, static line => line.Contains("Engine", StringComparison.Ordinal) || line.Contains("KubernetesClient", StringComparison.Ordinal) || line.Contains("YamlDotNet", StringComparison.Ordinal));
        Assert.Contains(loaded, static line => line.StartsWith("loaded: Default: ConsulPets ", StringComparison.Ordinal));
    }

    [Fact]
    public void The_first_use_loads_the_engine_into_a_context_of_its_own()
    {
        string[] lines = FreshProcess.Run(Import + FirstUse);
        Assert.Contains(lines, static line => line.StartsWith("error: KubeConfigNotFound", StringComparison.Ordinal));
        string[] loaded = Ours(lines);
        Assert.Contains(loaded, static line => line.StartsWith("loaded: ConsulPets: ConsulPets.Engine ", StringComparison.Ordinal));
        Assert.Contains(loaded, static line => line.StartsWith("loaded: ConsulPets: KubernetesClient", StringComparison.Ordinal));
        Assert.DoesNotContain(loaded, static line => line.StartsWith("loaded: Default: KubernetesClient", StringComparison.Ordinal));
        Assert.Single(loaded, static line => line.Contains(" ConsulPets.Model ", StringComparison.Ordinal));
    }

    [Fact]
    public void Another_version_of_YamlDotNet_that_was_loaded_before_is_no_hindrance()
    {
        string config = Path.GetTempFileName();
        File.WriteAllText(config, "apiVersion: v1\nkind: Config\ncurrent-context: none-such\n");
        try
        {
            string[] lines = FreshProcess.Run(Import + $"Get-ConsulPetSet -KubeConfig '{config}'", OtherYamlDotNet);
            Assert.Contains(lines, static line => line.StartsWith("error: ContextNotFound", StringComparison.Ordinal));
            Assert.Contains(lines, static line => line.StartsWith("loaded: Default: YamlDotNet 16.", StringComparison.Ordinal));
            Assert.Contains(lines, static line => line.StartsWith("loaded: ConsulPets: YamlDotNet 18.", StringComparison.Ordinal));
        }
        finally
        {
            File.Delete(config);
        }
    }

    [Fact]
    public void Importing_again_by_force_keeps_every_cmdlet_and_they_still_run()
    {
        string[] lines = FreshProcess.Run(Import + Import.Replace("-ErrorAction", "-Force -ErrorAction", StringComparison.Ordinal) + FirstUse
            + Import.Replace("-ErrorAction", "-Force -ErrorAction", StringComparison.Ordinal) + "(Get-Command -Module ConsulPets).Count; " + FirstUse);
        Assert.Contains(Contract.ExportedCommands.Cmdlets.Count.ToString(System.Globalization.CultureInfo.InvariantCulture), lines);
        Assert.Equal(2, lines.Count(static line => line.StartsWith("error: KubeConfigNotFound", StringComparison.Ordinal)));
    }

    [Fact]
    public void Removing_the_module_and_importing_it_again_works()
    {
        string[] lines = FreshProcess.Run(Import + FirstUse + "Remove-Module ConsulPets; " + Import + FirstUse);
        Assert.Equal(2, lines.Count(static line => line.StartsWith("error: KubeConfigNotFound", StringComparison.Ordinal)));
    }

    [Fact]
    public void A_cmdlets_name_alone_loads_the_module_from_the_module_path()
    {
        string folder = Directory.CreateTempSubdirectory("consulpets-").FullName;
        try
        {
            Directory.CreateSymbolicLink(Path.Combine(folder, "ConsulPets"), Repository.Root.TrimEnd('/'));
            string[] lines = FreshProcess.Run(FirstUse, null, ("PSModulePath", folder));
            Assert.Contains(lines, static line => line.StartsWith("error: KubeConfigNotFound", StringComparison.Ordinal));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public void A_missing_engine_is_an_ordinary_error()
    {
        string copy = Directory.CreateTempSubdirectory("consulpets-").FullName;
        try
        {
            Copy(Repository.Root, copy);
            foreach (string engine in Directory.EnumerateFiles(copy, "ConsulPets.Engine.dll", SearchOption.AllDirectories))
            {
                File.Delete(engine);
            }

            string[] lines = FreshProcess.Run($"Import-Module '{copy}/ConsulPets.psd1'; {FirstUse} 'still here'");
            Assert.Contains(lines, static line => line.Contains("ConsulPets.Engine", StringComparison.Ordinal) && line.StartsWith("error:", StringComparison.Ordinal));
        }
        finally
        {
            Directory.Delete(copy, recursive: true);
        }
    }

    [Fact]
    public void Eight_runspaces_import_and_run_side_by_side()
    {
        Parallel.For(0, 8, static _ =>
        {
            using var shell = new Shell();
            Assert.Equal("KubeConfigNotFound", shell.Run("Get-ConsulPetSet -KubeConfig /none/such").ErrorId);
        });
    }

    [Fact]
    public void Nothing_of_PowerShell_itself_is_shipped() => Assert.DoesNotContain(
        Directory.EnumerateFiles(Repository.PathOf("module", "bin"), "*.dll", SearchOption.AllDirectories).Select(Path.GetFileName),
        static file => file!.StartsWith("System.Management.Automation", StringComparison.Ordinal) || file.StartsWith("Microsoft.PowerShell", StringComparison.Ordinal));

    private static string[] Ours(string[] lines) => [.. lines.Where(static line => line.StartsWith("loaded: ", StringComparison.Ordinal)
        && (line.Contains("ConsulPets", StringComparison.Ordinal) || line.Contains("Yaml", StringComparison.Ordinal) || line.Contains("Kubernetes", StringComparison.Ordinal))
        && !line.Contains("FreshProcess", StringComparison.Ordinal))];

    private static void Copy(string from, string to)
    {
        File.Copy(Path.Combine(from, "ConsulPets.psd1"), Path.Combine(to, "ConsulPets.psd1"));
        foreach (string file in Directory.EnumerateFiles(Path.Combine(from, "module"), "*", SearchOption.AllDirectories))
        {
            string target = Path.Combine(to, Path.GetRelativePath(from, file));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(file, target);
        }
    }
}
