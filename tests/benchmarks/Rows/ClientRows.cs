using ConsulPets.Benchmarks.Images;
using ConsulPets.Benchmarks.Measuring;

namespace ConsulPets.Benchmarks.Rows;

/// <summary>Which Kubernetes client to use: whole processes that read a kubeconfig, do TLS and list the pods of a namespace.</summary>
internal static class ClientRows
{
    private const string Full = "KubernetesClient";
    private const string Aot = "KubernetesClient.Aot";
    private const string Yaml = "YamlDotNet.dll";

    public static async Task MeasureAsync()
    {
        string readyFull = await ReadyProgram.CopyAsync("ready-full", $"{Full}.dll", Yaml);
        string readyAot = await ReadyProgram.CopyAsync("ready-aot", $"{Aot}.dll", Yaml);
        (string Name, string Folder, string Mode)[] clients =
        [
            ("HttpClient and JsonDocument, hand-read kubeconfig", ReadyProgram.Plain, "plain"),
            (Full, ReadyProgram.Plain, "full"),
            (Aot, ReadyProgram.Plain, "aot"),
            ($"{Aot} for the credentials only", ReadyProgram.Plain, "credentials"),
            ($"{Full}, ReadyToRun", readyFull, "full"),
            ($"{Aot}, ReadyToRun", readyAot, "aot"),
            ($"{Aot} for the credentials only, ReadyToRun", readyAot, "credentials"),
        ];
        IReadOnlyList<double[]> medians = await Alternation.MediansAsync(
            Settings.Runs, [.. clients.Select(static client => new Contender(client.Name, async () => [(await ListAsync(client.Folder, client.Mode)).Milliseconds]))]);
        Report.Heading("Which client: a process that lists the pods of a namespace");
        for (int index = 1; index < clients.Length; index++)
        {
            Report.Print(new Row(clients[index].Name, clients[0].Name, medians[0][0], medians[index][0], null));
        }
    }

    private static Task<ChildResult> ListAsync(string folder, string mode) => ChildProcess.AgainAsync(folder, "list", mode, Settings.KubeConfig!, "kube-system");
}
