using Xunit.Abstractions;
using Xunit.Sdk;

namespace ConsulPets.Cluster.Tests;

/// <summary>A scenario that runs unchanged on the sandbox and on a real cluster: its one parameter says which. Without a real cluster that half is skipped, and says how to get one.</summary>
[AttributeUsage(AttributeTargets.Method)]
[XunitTestCaseDiscoverer("ConsulPets.Cluster.Tests.EachClusterDiscoverer", "ConsulPets.Cluster.Tests")]
public sealed class EachClusterAttribute : FactAttribute
{
    /// <summary>Whether the test makes a mount namespace, which not every account may.</summary>
    public bool NeedsMountNamespace { get; set; }

    /// <summary>Whether the test runs the real kubectl.</summary>
    public bool NeedsKubectl { get; set; }
}

/// <summary>Makes a scenario's two test cases.</summary>
public sealed class EachClusterDiscoverer : IXunitTestCaseDiscoverer
{
    private static int isTold;
    private readonly IMessageSink messages;

    public EachClusterDiscoverer(IMessageSink messages) => this.messages = messages;

    // Once a run: what a runner shows of a skipped test is its name, and not why.
    private void Tell(ClusterKind kind)
    {
        if (TestCluster.WhyNot(kind) is { } reason && Interlocked.Exchange(ref isTold, 1) == 0)
        {
            messages.OnMessage(new DiagnosticMessage($"Each scenario of this project runs on the sandbox and on a real cluster. Skipped are those \"cluster: {kind}\": that half {reason}"));
        }
    }

    public IEnumerable<IXunitTestCase> Discover(ITestFrameworkDiscoveryOptions discoveryOptions, ITestMethod testMethod, IAttributeInfo factAttribute)
    {
        foreach (ClusterKind kind in Enum.GetValues<ClusterKind>())
        {
            object[] arguments = [kind];
            string? reason = TestCluster.WhyNot(kind)
                ?? (factAttribute.GetNamedArgument<bool>(nameof(EachClusterAttribute.NeedsMountNamespace)) ? MountNamespace.WhyNot : null)
                ?? (factAttribute.GetNamedArgument<bool>(nameof(EachClusterAttribute.NeedsKubectl)) ? Kubectl.WhyNot : null);
            TestMethodDisplay display = discoveryOptions.MethodDisplayOrDefault();
            TestMethodDisplayOptions options = discoveryOptions.MethodDisplayOptionsOrDefault();
            Tell(kind);
            yield return reason is null
                ? new XunitTestCase(messages, display, options, testMethod, arguments)
                : new XunitSkippedDataRowTestCase(messages, display, options, testMethod, reason, arguments);
        }
    }
}
