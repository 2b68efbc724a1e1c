using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using ConsulPets.Sandbox.Api;
using ConsulPets.Sandbox.Pods;
using ConsulPets.Sandbox.Store;

namespace ConsulPets.Sandbox.Tests.Pods;

public sealed class PodLifeTests
{
    [UnixFact]
    public async Task A_pod_that_runs_says_so_in_its_status_and_its_events()
    {
        await using var nodes = new Nodes();
        nodes.Shell("web", "echo hello; exec sleep 1000");
        JsonObject pod = (await nodes.UntilReady("web")).Json;
        Assert.Equal("Running", pod.Text("status", "phase"));
        Assert.StartsWith("127.", pod.Text("status", "podIP"), StringComparison.Ordinal);
        Assert.Equal("10.1.2.3", pod.Text("status", "hostIP"));
        Assert.Equal("BestEffort", pod.Text("status", "qosClass"));
        Assert.All(pod.Items("status", "conditions"), static condition => Assert.Equal("True", condition.Text("status")));
        Assert.NotNull(nodes.Container("web").Text("state", "running", "startedAt"));
        await nodes.UntilEvent("Pulled", "Container image \"busybox:1\" already present on machine");
        await nodes.UntilEvent("Created", "Created container main");
        await nodes.UntilEvent("Started", "Started container main");
        await Nodes.PollAsync(async () => await nodes.LogOf("web") == "hello\n", "the log");
    }

    [UnixFact]
    public async Task A_deleted_pod_ends_in_its_time_and_its_process_and_folder_are_gone()
    {
        await using var nodes = new Nodes();
        string seen = Directory.CreateDirectory(Path.Combine(nodes.Folder + "-seen")).FullName;
        StoredObject pod = nodes.Pod("web", $$$"""
            {"terminationGracePeriodSeconds":20,
             "containers":[{"name":"main","image":"busybox:1","command":["sh","-c","trap 'echo yes > /seen/signal; exit 0' TERM; echo up; while true; do sleep 0.1; done"],
               "lifecycle":{"preStop":{"exec":{"command":["sh","-c","echo yes > /seen/hook"]} } },"volumeMounts":[{"name":"seen","mountPath":"/seen"}]}],
             "volumes":[{"name":"seen","hostPath":{"path":"{{{seen}}}"} }]}
            """);
        await nodes.UntilReady("web");
        await Nodes.PollAsync(async () => await nodes.LogOf("web") == "up\n", "the trap is set");
        nodes.Registry.Delete(ResourceKinds.Pods, "default", "web", new DeleteRequest());
        await nodes.UntilGone("web", pod.Uid);
        Assert.True(File.Exists(Path.Combine(seen, "hook")));
        Assert.True(File.Exists(Path.Combine(seen, "signal")));
        LeftOverProcesses.Delete(seen);
        await nodes.UntilEvent("Killing", "Stopping container main");
        await Nodes.PollAsync(() => Task.FromResult(!Directory.Exists(Path.Combine(nodes.Folder, pod.Uid))), "its folder goes");
    }

    [UnixFact]
    public async Task A_process_that_does_not_listen_is_killed_when_its_time_is_over()
    {
        await using var nodes = new Nodes();
        StoredObject pod = nodes.Shell("deaf", "trap '' TERM; echo up; while true; do sleep 0.1; done", """,  "terminationGracePeriodSeconds":1""");
        await nodes.UntilReady("deaf");
        await Nodes.PollAsync(async () => await nodes.LogOf("deaf") == "up\n", "the trap is set");
        var watch = Stopwatch.StartNew();
        nodes.Registry.Delete(ResourceKinds.Pods, "default", "deaf", new DeleteRequest());
        await nodes.UntilGone("deaf", pod.Uid);
        Assert.InRange(watch.Elapsed.TotalSeconds, 0.9, 20);
    }

    [UnixFact]
    public async Task A_finalizer_holds_the_object_and_not_its_processes_and_the_node_goes_on()
    {
        await using var nodes = new Nodes();
        StoredObject pod = nodes.Shell("web", "exec sleep 1000");
        await nodes.UntilReady("web");
        nodes.Registry.Update(ResourceKinds.Pods, "default", "web", static json =>
        {
            json.Make("metadata")["finalizers"] = new JsonArray("example.com/hold");
            return json;
        }, WriteRequest.Controller);
        nodes.Registry.Delete(ResourceKinds.Pods, "default", "web", new DeleteRequest());
        await nodes.Until("web", static json => First(json).At("state", "terminated") is not null && json.Number("metadata", "deletionGracePeriodSeconds") == 0);
        nodes.Registry.Delete(ResourceKinds.Pods, "default", "web", new DeleteRequest(0));
        nodes.Registry.Update(ResourceKinds.Pods, "default", "web", static json =>
        {
            json.Make("metadata").Remove("finalizers");
            return json;
        }, WriteRequest.Controller);
        await nodes.UntilGone("web", pod.Uid);
        nodes.Shell("web", "exec sleep 1000");
        await nodes.UntilReady("web");
    }

    [UnixFact]
    public async Task Force_removes_the_pod_at_once_and_kills_its_processes_whole()
    {
        await using var nodes = new Nodes();
        nodes.Shell("web", "trap '' TERM; sleep 1000 & echo $!; wait");
        await nodes.UntilReady("web");
        string child = string.Empty;
        await Nodes.PollAsync(async () => (child = (await nodes.LogOf("web")).Trim()).Length > 0, "the child's number");
        nodes.Registry.Delete(ResourceKinds.Pods, "default", "web", new DeleteRequest(0));
        Assert.Null(nodes.Find("web"));
        await Nodes.PollAsync(() => Task.FromResult(!IsAlive(int.Parse(child, System.Globalization.CultureInfo.InvariantCulture))), "the grandchild ends");
    }

    [UnixFact]
    public async Task A_container_that_ends_is_restarted_with_a_growing_wait_and_keeps_its_address_and_last_log()
    {
        await using var nodes = new Nodes();
        nodes.Shell("web", "echo run; exit 3");
        JsonObject first = (await nodes.Until("web", static json => json.Text("status", "podIP") is not null)).Json;
        JsonObject pod = (await nodes.Until("web", static json =>
            First(json) is var status && status.Number("restartCount") >= 2 && status.Text("state", "waiting", "reason") == "CrashLoopBackOff")).Json;
        JsonObject container = pod.Items("status", "containerStatuses").First();
        Assert.Equal(first.Text("status", "podIP"), pod.Text("status", "podIP"));
        Assert.Equal("Running", pod.Text("status", "phase"));
        Assert.Equal(3, container.Number("lastState", "terminated", "exitCode"));
        Assert.Equal("Error", container.Text("lastState", "terminated", "reason"));
        Assert.Matches("^back-off .+ restarting failed container=main pod=web_default\\(", container.Text("state", "waiting", "message")!);
        Assert.Equal("run\n", await nodes.LogOf("web", new LogRequest(Previous: true)));
        await nodes.UntilEvent("BackOff", "Back-off restarting failed container main in pod web_default(");
    }

    [UnixFact]
    public async Task A_pod_that_is_to_run_once_succeeds_after_its_init_containers_in_order()
    {
        await using var nodes = new Nodes();
        nodes.Pod("job", """
            {"restartPolicy":"Never",
             "initContainers":[{"name":"one","image":"busybox:1","command":["sh","-c","echo one > /shared/log"],"volumeMounts":[{"name":"work","mountPath":"/shared"}]},
                               {"name":"two","image":"busybox:1","command":["sh","-c","echo two >> /shared/log"],"volumeMounts":[{"name":"work","mountPath":"/shared"}]}],
             "containers":[{"name":"main","image":"busybox:1","command":["cat","/shared/log"],"volumeMounts":[{"name":"work","mountPath":"/shared"}]}],
             "volumes":[{"name":"work","emptyDir":{}}]}
            """);
        JsonObject pod = (await nodes.Until("job", static json => json.Text("status", "phase") == "Succeeded")).Json;
        Assert.Equal("one\ntwo\n", await nodes.LogOf("job"));
        Assert.Equal("PodCompleted", pod.Items("status", "conditions").First(static condition => condition.Text("type") == "Ready").Text("reason"));
    }

    [UnixFact]
    public async Task A_readiness_probe_decides_and_its_failures_are_told()
    {
        await using var nodes = new Nodes();
        nodes.Pod("web", """
            {"containers":[{"name":"main","image":"busybox:1","command":["sleep","1000"],"readinessProbe":{"exec":{"command":["sh","-c","cat /data/ready"]},"periodSeconds":1},
              "volumeMounts":[{"name":"data","mountPath":"/data"}]}],"volumes":[{"name":"data","emptyDir":{}}]}
            """);
        await nodes.UntilEvent("Unhealthy", "Readiness probe failed: cat: ");
        Assert.False(nodes.Container("web").Truth("ready"));
        Assert.Equal(0, (await nodes.Run("web", "touch", "/data/ready")).Code);
        await nodes.UntilReady("web");
        await nodes.Run("web", "rm", "/data/ready");
        await nodes.Until("web", static json => First(json).Truth("ready") == false);
    }

    [UnixFact]
    public async Task A_container_that_is_not_alive_is_restarted()
    {
        await using var nodes = new Nodes();
        nodes.Pod("web", """
            {"containers":[{"name":"main","image":"busybox:1","command":["sleep","1000"],"livenessProbe":{"exec":{"command":["false"]},"periodSeconds":1,"failureThreshold":1}}]}
            """);
        await nodes.Until("web", static json => First(json).Number("restartCount") >= 1);
        await nodes.UntilEvent("Killing", "Container main failed liveness probe, will be restarted");
    }

    [UnixFact]
    public async Task A_config_map_that_changes_is_seen_in_the_container()
    {
        await using var nodes = new Nodes();
        nodes.Create(ResourceKinds.ConfigMaps, """{"metadata":{"name":"settings"},"data":{"a":"data=/data","b":"x"}}""");
        nodes.Pod("web", """
            {"containers":[{"name":"main","image":"busybox:1","command":["sleep","1000"],"env":[{"name":"B","valueFrom":{"configMapKeyRef":{"name":"settings","key":"b"}}}],
              "volumeMounts":[{"name":"settings","mountPath":"/etc/settings"},{"name":"data","mountPath":"/data"}]}],
             "volumes":[{"name":"settings","configMap":{"name":"settings"}},{"name":"data","emptyDir":{}}]}
            """);
        await nodes.UntilReady("web");
        Assert.EndsWith("volumes/data", (await nodes.Run("web", "cat", "/etc/settings/a")).Output, StringComparison.Ordinal);
        Assert.Equal("x\n", (await nodes.Run("web", "sh", "-c", "echo $B")).Output);
        nodes.Registry.Update(ResourceKinds.ConfigMaps, "default", "settings", static json =>
        {
            json["data"] = new JsonObject { ["a"] = "new" };
            return json;
        }, WriteRequest.Controller);
        await Nodes.PollAsync(async () => (await nodes.Run("web", "sh", "-c", "cat /etc/settings/a; ls /etc/settings")).Output == "newa\n", "the new file");
    }

    [UnixFact]
    public async Task What_is_missing_holds_the_pod_until_it_is_there()
    {
        await using var nodes = new Nodes();
        nodes.Pod("web", """
            {"containers":[{"name":"main","image":"busybox:1","command":["sleep","1000"],"env":[{"name":"B","valueFrom":{"configMapKeyRef":{"name":"other","key":"b"}}}],
              "volumeMounts":[{"name":"settings","mountPath":"/etc/settings"}]}],"volumes":[{"name":"settings","configMap":{"name":"settings"}}]}
            """);
        await nodes.UntilEvent("FailedMount", "MountVolume.SetUp failed for volume \"settings\" : configmap \"settings\" not found");
        Assert.Equal("ContainerCreating", nodes.Container("web").Text("state", "waiting", "reason"));
        Assert.Equal("Pending", nodes.Get("web").Json.Text("status", "phase"));
        nodes.Create(ResourceKinds.ConfigMaps, """{"metadata":{"name":"settings"}}""");
        await nodes.Until("web", static json => First(json).Text("state", "waiting", "reason") == "CreateContainerConfigError");
        await nodes.UntilEvent("Failed", "Error: configmap \"other\" not found");
        nodes.Create(ResourceKinds.ConfigMaps, """{"metadata":{"name":"other"},"data":{"b":"1"}}""");
        await nodes.UntilReady("web");
    }

    [Fact]
    public async Task An_image_that_cannot_be_had_is_told_as_a_real_node_tells_it()
    {
        await using var nodes = new Nodes();
        nodes.Pod("web", """{"containers":[{"name":"main","image":"hashicorp/consul:9.9.9","args":["agent"]}]}""");
        nodes.Pod("never", """{"containers":[{"name":"main","image":"hashicorp/consul:9.9.9","imagePullPolicy":"Never"}]}""");
        await nodes.UntilEvent("Failed", "Failed to pull image \"hashicorp/consul:9.9.9\": ");
        await nodes.UntilEvent("Failed", "Error: ErrImagePull");
        await nodes.Until("web", static json => First(json).Text("state", "waiting", "reason") == "ImagePullBackOff");
        await nodes.UntilEvent("BackOff", "Back-off pulling image \"hashicorp/consul:9.9.9\"");
        await nodes.Until("never", static json => First(json).Text("state", "waiting", "reason") == "ErrImageNeverPull");
        Assert.Equal("container \"main\" in pod \"web\" is waiting to start: trying and failing to pull image", Assert.Throws<ApiException>(() => nodes.Runtime.ReadLogAsync(nodes.Get("web"), new LogRequest(), default)).Message);

        // A pod that never ran ends at once.
        string uid = nodes.Get("web").Uid;
        nodes.Registry.Delete(ResourceKinds.Pods, "default", "web", new DeleteRequest());
        await nodes.UntilGone("web", uid);
    }

    [UnixFact]
    public async Task A_command_has_the_containers_environment_and_its_streams_and_its_code()
    {
        await using var nodes = new Nodes();
        nodes.Shell("web", "exec sleep 1000");
        await nodes.UntilReady("web");
        (int code, string output, string error) = await nodes.Run("web", "sh", "-c", "echo $HOSTNAME; echo oops >&2; exit 7");
        Assert.Equal((7, "web\n", "oops\n"), (code, output, error));
        Assert.Equal(126, (await nodes.Run("web", "no-such-program")).Code);
        await using IPodCommand cat = nodes.Runtime.Start(nodes.Get("web"), "main", ["cat"]);
        await cat.Input.WriteAsync("through"u8.ToArray());
        await cat.Input.DisposeAsync();
        using var reader = new StreamReader(cat.Output);
        Assert.Equal("through", await reader.ReadToEndAsync());
        Assert.Equal(0, await cat.ExitCode);
        Assert.Throws<ApiException>(() => nodes.Runtime.Start(nodes.Get("web"), "other", ["cat"]));
    }

    [UnixFact]
    public async Task A_node_that_vanishes_reports_nothing_and_runs_its_pods_again_when_it_is_back()
    {
        await using var nodes = new Nodes();
        nodes.Shell("web", "echo $$$$; exec sleep 1000");
        await nodes.UntilReady("web");
        string process = string.Empty;
        await Nodes.PollAsync(async () => (process = (await nodes.LogOf("web")).Trim()).Length > 0, "the number");
        string? before = nodes.Get("web").Json.Text("metadata", "resourceVersion");
        Assert.False(nodes.Runtime.Vanish("nobody", true));
        Assert.True(nodes.Runtime.Vanish("node-1", true));
        await Nodes.PollAsync(() => Task.FromResult(!IsAlive(int.Parse(process, System.Globalization.CultureInfo.InvariantCulture))), "the process ends");
        Assert.Equal(before, nodes.Get("web").Json.Text("metadata", "resourceVersion"));
        Assert.True(nodes.Runtime.Vanish("node-1", false));
        JsonObject back = (await nodes.Until("web", static json => First(json) is var status && status.Number("restartCount") == 1 && status.Truth("ready") == true)).Json;
        Assert.Equal("Unknown", back.Items("status", "containerStatuses").First().Text("lastState", "terminated", "reason"));
    }

    [UnixFact]
    public async Task Connections_and_packets_reach_a_service_and_its_pod_until_it_is_cut_off()
    {
        await using var nodes = new Nodes();
        nodes.Pod("web", """
            {"containers":[{"name":"main","image":"busybox:1","command":["sleep","1000"],"ports":[{"containerPort":7100,"name":"tcp"},{"containerPort":7100,"protocol":"UDP"}]}]}
            """, """{"app":"web"}""");
        IPAddress visible = IPAddress.Parse((await nodes.UntilReady("web")).Json.Text("status", "podIP")!);
        byte[] octets = visible.GetAddressBytes();
        var hidden = new IPAddress([127, octets[1], (byte)(octets[2] + 100), octets[3]]);
        using var listener = new TcpListener(hidden, 7100);
        listener.Start();
        string service = $"127.{octets[1]}.200.9";
        nodes.Create(ResourceKinds.Services, $$$"""{"metadata":{"name":"web"},"spec":{"clusterIP":"{{{service}}}","selector":{"app":"web"},"ports":[{"name":"tcp","port":7000,"targetPort":"tcp"},{"name":"udp","port":7100,"protocol":"UDP"}]}}""");
        var client = new TcpClient();
        await Nodes.PollAsync(async () =>
        {
            try
            {
                client.Dispose();
                client = new TcpClient();
                await client.ConnectAsync(IPAddress.Parse(service), 7000);
                return true;
            }
            catch (SocketException)
            {
                return false;
            }
        }, "the service listens");
        using TcpClient dialled = client;
        using TcpClient server = await listener.AcceptTcpClientAsync();

        // The end of one direction is passed on, and the other goes on.
        NetworkStream near = client.GetStream();
        NetworkStream far = server.GetStream();
        await near.WriteAsync("ping"u8.ToArray());
        client.Client.Shutdown(SocketShutdown.Send);
        using var asked = new StreamReader(far, leaveOpen: true);
        Assert.Equal("ping", await asked.ReadToEndAsync());
        await far.WriteAsync("pong"u8.ToArray());
        server.Client.Shutdown(SocketShutdown.Send);
        using var answered = new StreamReader(near);
        Assert.Equal("pong", await answered.ReadToEndAsync());

        using var packets = new UdpClient(new IPEndPoint(hidden, 7100));
        foreach (string entry in (string[])[service, visible.ToString()])
        {
            using var sender = new UdpClient(new IPEndPoint(IPAddress.Loopback, 0));
            sender.Connect(entry, 7100);
            await sender.SendAsync("ping"u8.ToArray());
            UdpReceiveResult packet = await packets.ReceiveAsync();
            await packets.SendAsync("pong"u8.ToArray(), packet.RemoteEndPoint);
            Assert.Equal("pong"u8.ToArray(), (await sender.ReceiveAsync()).Buffer);
        }

        using var open = new TcpClient();
        await open.ConnectAsync(visible, 7100);
        using TcpClient held = await listener.AcceptTcpClientAsync();
        NetworkStream stream = open.GetStream();
        await stream.WriteAsync("x"u8.ToArray());
        Assert.Equal(1, await held.GetStream().ReadAsync(new byte[4]));
        Assert.True(nodes.Runtime.Cut("default", "web", true));
        await Assert.ThrowsAnyAsync<IOException>(async () => await stream.ReadExactlyAsync(new byte[1]));
        await using Stream direct = await nodes.Runtime.ConnectAsync(nodes.Get("web"), 7100, default);
        using TcpClient fromNode = await listener.AcceptTcpClientAsync();
        Assert.True(fromNode.Connected);
    }

    [LinuxFact]
    public async Task What_a_sandbox_that_crashed_has_left_is_ended_by_the_next_in_its_folder()
    {
        string folder = Directory.CreateTempSubdirectory("sandbox-left-").FullName;
        string run = Directory.CreateDirectory(Path.Combine(folder, "some-uid", LeftOverProcesses.RunFolder)).FullName;
        using Process left = Process.Start(new ProcessStartInfo("sleep", ["1000"]) { UseShellExecute = false })!;
        using Process others = Process.Start(new ProcessStartInfo("sleep", ["1000"]) { UseShellExecute = false })!;
        try
        {
            LeftOverProcesses.Note(run, left);
            await File.WriteAllTextAsync(Path.Combine(run, "other"), $"{others.Id} 1 sleep");
            Assert.Equal(1, LeftOverProcesses.Clear(folder));
            await left.WaitForExitAsync();
            Assert.False(others.HasExited);
            Assert.Empty(Directory.GetDirectories(folder));
        }
        finally
        {
            others.Kill();
            LeftOverProcesses.Delete(folder);
        }
    }

    [UnixFact]
    public async Task Many_pods_that_sleep_are_cheap()
    {
        await using var nodes = new Nodes();
        for (int index = 0; index < 60; index++)
        {
            nodes.Shell($"sleeper-{index}", "exec sleep 1000");
        }

        for (int index = 0; index < 60; index++)
        {
            await nodes.UntilReady($"sleeper-{index}");
        }

        using Process self = Process.GetCurrentProcess();
        Assert.True(self.Threads.Count < 60, $"{self.Threads.Count} threads");
    }

    private static JsonObject First(JsonObject pod) => pod.Items("status", "containerStatuses").FirstOrDefault() ?? [];

    private static bool IsAlive(int process) => ProcessTable.StartOf(process) is not null && (!OperatingSystem.IsLinux() || !File.ReadAllText($"/proc/{process}/stat").Contains(") Z", StringComparison.Ordinal));
}
