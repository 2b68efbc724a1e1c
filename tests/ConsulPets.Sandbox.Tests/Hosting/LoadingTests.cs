using System.Management.Automation;
using System.Reflection;
using ConsulPets.Sandbox.Hosting;

namespace ConsulPets.Sandbox.Tests.Hosting;

/// <summary>`start` must be quick, so it loads nothing of PowerShell: the runtime loads an assembly for the first method that names one of its types.</summary>
public sealed class LoadingTests
{
    private const BindingFlags All = BindingFlags.Instance | BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly;

    [Fact]
    public void Nothing_that_start_runs_names_a_type_of_PowerShell()
    {
        Type[] types = [.. typeof(SandboxCommandLine).Assembly.GetTypes().Where(static type => type.Namespace == typeof(SandboxCommandLine).Namespace)];
        Assert.Contains(typeof(StartCommand), types);
        string[] guilty = [.. types.Where(static type => TypesIn(type).Any(IsOfPowerShell)).Select(static type => type.FullName!)];
        Assert.Empty(guilty);
    }

    [Fact]
    public void The_look_would_find_one() => Assert.Contains(TypesIn(typeof(Sandbox.Demo.Session.PowerShellSession)), IsOfPowerShell);

    private static bool IsOfPowerShell(Type type) => type.Assembly == typeof(PSObject).Assembly;

    private static IEnumerable<Type> TypesIn(Type type)
    {
        foreach (FieldInfo field in type.GetFields(All))
        {
            yield return field.FieldType;
        }

        foreach (MethodBase method in type.GetMethods(All).Concat<MethodBase>(type.GetConstructors(All)))
        {
            foreach (Type named in method.GetParameters().Select(static parameter => parameter.ParameterType)
                .Concat(method.GetMethodBody()?.LocalVariables.Select(static variable => variable.LocalType) ?? []))
            {
                yield return named;
            }
        }
    }
}
