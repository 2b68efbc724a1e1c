using System.Globalization;
using ConsulPets.Benchmarks.Images;
using ConsulPets.Benchmarks.Measuring;

namespace ConsulPets.Benchmarks.Rows;

/// <summary>What a fresh session pays: the import, and the first command.</summary>
internal static class FreshRows
{
    private const string NoSuchNamespace = "bench-empty";

    /// <summary>The import.</summary>
    public static async Task ImportAsync()
    {
        string host = await HostAsync();
        IReadOnlyList<double[]> medians = await Alternation.MediansAsync(
            Settings.Runs,
            new Contender("bare", () => SessionAsync(host, string.Empty, string.Empty)),
            new Contender("floor", () => SessionAsync(host, Settings.FloorManifest, string.Empty)),
            new Contender("ours", () => SessionAsync(host, Settings.Manifest, string.Empty)));
        Report.Heading("Import");
        Report.Print(new Row("import, cold", "an empty C# module", medians[1][0], medians[2][0], 2)
        {
            Note = string.Create(CultureInfo.InvariantCulture, $"whole processes: bare session {medians[0][2]:0} ms, with the empty module {medians[1][2]:0} ms, with ours {medians[2][2]:0} ms"),
        });
    }

    /// <summary>The first command.</summary>
    public static async Task FirstAsync()
    {
        string host = await HostAsync();
        string floor = $"Get-FloorPod -KubeConfig '{Settings.KubeConfig}' -Namespace {NoSuchNamespace}";
        string ours = $"Get-ConsulPetSet -KubeConfig '{Settings.KubeConfig}' -Namespace {NoSuchNamespace}";
        IReadOnlyList<double[]> medians = await Alternation.MediansAsync(
            Settings.Runs,
            new Contender("floor", () => SessionAsync(host, Settings.FloorManifest, floor)),
            new Contender("ours", () => SessionAsync(host, Settings.Manifest, ours)));
        Report.Heading("First command of a process: kubeconfig, TLS, a list");
        Report.Print(new Row("first cmdlet, without the import", "HttpClient and JsonDocument", medians[0][1], medians[1][1], 1.5));
        Report.Print(new Row("import and first cmdlet", "HttpClient and JsonDocument", medians[0][0] + medians[0][1], medians[1][0] + medians[1][1], null));
        Report.Print(new Row("the same, whole process", "HttpClient and JsonDocument", medians[0][2], medians[1][2], null));
    }

    // The engine's package has IL only; the one that pwsh ships has native code. Without it, the import would measure the compilation of the engine.
    private static async Task<string> HostAsync() => await ReadyProgram.CopyAsync("host", "System.Management.Automation.dll");

    private static async Task<double[]> SessionAsync(string host, string manifest, string script)
    {
        ChildResult result = await ChildProcess.AgainAsync(host, "session", manifest, script);
        double[] figures = [.. result.Output.Split(' ').Select(static figure => double.Parse(figure, CultureInfo.InvariantCulture))];
        return [.. figures, result.Milliseconds];
    }
}
