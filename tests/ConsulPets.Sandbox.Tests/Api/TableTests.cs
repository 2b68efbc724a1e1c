using System.Text.Json.Nodes;
using ConsulPets.Sandbox.Api.Tables;
using ConsulPets.Sandbox.Store;

namespace ConsulPets.Sandbox.Tests.Api;

public class TableTests
{
    private static readonly DateTimeOffset Now = new(2026, 1, 31, 12, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData(-5, "<invalid>")]
    [InlineData(0, "0s")]
    [InlineData(119, "119s")]
    [InlineData(120, "2m")]
    [InlineData(200, "3m20s")]
    [InlineData(600, "10m")]
    [InlineData(179 * 60, "179m")]
    [InlineData(3 * 3600, "3h")]
    [InlineData((5 * 3600) + (7 * 60), "5h7m")]
    [InlineData(47 * 3600, "47h")]
    [InlineData(49 * 3600, "2d1h")]
    [InlineData(30 * 86400, "30d")]
    [InlineData(800 * 86400, "2y70d")]
    [InlineData(3650 * 86400, "10y")]
    public void An_age_is_told_as_kubectl_does(int seconds, string text) => Assert.Equal(text, HumanAge.Text(TimeSpan.FromSeconds(seconds)));

    [Theory]
    [InlineData("""{"status":{"phase":"Pending"}}""", "0/1", "Pending", "0")]
    [InlineData("""{"status":{"phase":"Running","containerStatuses":[{"ready":true,"restartCount":0,"state":{"running":{}}}]}}""", "1/1", "Running", "0")]
    [InlineData("""{"metadata":{"deletionTimestamp":"2026-01-31T11:59:00Z"},"status":{"phase":"Running","containerStatuses":[{"ready":true,"restartCount":0,"state":{"running":{}}}]}}""", "1/1", "Terminating", "0")]
    [InlineData("""{"status":{"phase":"Running","containerStatuses":[{"ready":false,"restartCount":3,"state":{"waiting":{"reason":"CrashLoopBackOff"}},"lastState":{"terminated":{"finishedAt":"2026-01-31T11:55:00Z"}}}]}}""", "0/1", "CrashLoopBackOff", "3 (5m ago)")]
    [InlineData("""{"status":{"phase":"Failed","containerStatuses":[{"ready":false,"restartCount":0,"state":{"terminated":{"exitCode":137}}}]}}""", "0/1", "ExitCode:137", "0")]
    [InlineData("""{"status":{"phase":"Succeeded","containerStatuses":[{"ready":false,"restartCount":0,"state":{"terminated":{"exitCode":0,"reason":"Completed"}}}]}}""", "0/1", "Completed", "0")]
    [InlineData("""{"spec":{"initContainers":[{},{}]},"status":{"phase":"Pending","initContainerStatuses":[{"restartCount":0,"state":{"terminated":{"exitCode":0}}},{"restartCount":1,"state":{"running":{}}}]}}""", "0/1", "Init:1/2", "1")]
    [InlineData("""{"status":{"phase":"Failed","reason":"Evicted"}}""", "0/1", "Evicted", "0")]
    public void A_pods_status_is_the_most_telling_word(string json, string ready, string status, string restarts)
    {
        var pod = (JsonObject)JsonNode.Parse(json)!;
        pod.Make("metadata")["name"] = "p";
        pod.Make("spec")["containers"] = new JsonArray(new JsonObject());
        JsonNode?[] cells = PodCells.Make(pod, Now);
        Assert.Equal([ready, status, restarts], cells[1..4].Select(static cell => cell!.ToString()));
    }

    [Theory]
    [InlineData("services", """{"spec":{"type":"ClusterIP","clusterIP":"10.0.0.1","ports":[{"port":443,"protocol":"TCP"},{"port":8600,"protocol":"UDP","nodePort":30000}],"selector":{"a":"b"}}}""", "x|ClusterIP|10.0.0.1|<none>|443/TCP,8600:30000/UDP|5m|a=b")]
    [InlineData("endpoints", """{"subsets":[{"addresses":[{"ip":"10.0.0.1"},{"ip":"10.0.0.2"}],"ports":[{"port":80},{"port":81}]}]}""", "x|10.0.0.1:80,10.0.0.2:80,10.0.0.1:81 + 1 more...|5m")]
    [InlineData("configmaps", """{"data":{"a":"b"},"binaryData":{"c":"d"}}""", "x|2|5m")]
    [InlineData("statefulsets", """{"spec":{"replicas":3,"template":{"spec":{"containers":[{"name":"a","image":"i"},{"name":"b","image":"j"}]}}},"status":{"readyReplicas":2}}""", "x|2/3|5m|a,b|i,j")]
    [InlineData("daemonsets", """{"spec":{"selector":{"matchLabels":{"a":"b"}}},"status":{"desiredNumberScheduled":3,"currentNumberScheduled":3,"numberReady":2,"updatedNumberScheduled":1,"numberAvailable":2}}""", "x|3|3|2|1|2|<none>|5m|||a=b")]
    [InlineData("poddisruptionbudgets", """{"spec":{"maxUnavailable":"25%"},"status":{"disruptionsAllowed":1}}""", "x|N/A|25%|1|5m")]
    [InlineData("persistentvolumeclaims", """{"spec":{"volumeName":"pv","storageClassName":"standard","volumeMode":"Filesystem"},"status":{"phase":"Bound","capacity":{"storage":"1Gi"},"accessModes":["ReadWriteOnce"]}}""", "x|Bound|pv|1Gi|RWO|standard|<unset>|5m|Filesystem")]
    [InlineData("controllerrevisions", """{"metadata":{"ownerReferences":[{"apiVersion":"apps/v1","kind":"StatefulSet","name":"s","controller":true}]},"revision":4}""", "x|statefulset.apps/s|4|5m")]
    [InlineData("nodes", """{"metadata":{"labels":{"node-role.kubernetes.io/control-plane":""}},"spec":{"unschedulable":true},"status":{"conditions":[{"type":"Ready","status":"True"}],"nodeInfo":{"kubeletVersion":"v1.31.0"}}}""", "x|Ready,SchedulingDisabled|control-plane|5m|v1.31.0|<none>|<none>|<unknown>|<unknown>|<unknown>")]
    [InlineData("rolebindings", """{"roleRef":{"kind":"ClusterRole","name":"view"},"subjects":[{"kind":"ServiceAccount","namespace":"a","name":"b"},{"kind":"Group","name":"g"}]}""", "x|ClusterRole/view|5m||g|a/b")]
    public void An_object_has_kubectls_cells(string resource, string text, string cells)
    {
        ResourceKind kind = ResourceKinds.All.First(item => item.Plural == resource);
        var json = (JsonObject)JsonNode.Parse(text)!;
        json.Make("metadata")["name"] = "x";
        json.Make("metadata")["creationTimestamp"] = JsonText.Timestamp(Now.AddMinutes(-5));
        Assert.Equal(cells, string.Join('|', TableColumns.Of(kind).Cells(json, Now).Select(static cell => cell?.ToString())));
    }

    [Fact]
    public void An_event_that_repeats_tells_how_often_and_since_when()
    {
        var json = (JsonObject)JsonNode.Parse(
            """{"metadata":{"name":"e"},"type":"Warning","reason":"BackOff","message":"m\n","involvedObject":{"kind":"Pod","name":"p"},"source":{"component":"kubelet","host":"n"},"firstTimestamp":"2026-01-31T11:50:00Z","lastTimestamp":"2026-01-31T11:59:30Z","count":7}""")!;
        Assert.Equal("30s (x7 over 10m)|Warning|BackOff|pod/p||kubelet, n|m|10m|7|e", string.Join('|', EventCells.Make(json, Now).Select(static cell => cell?.ToString())));
    }

    [Fact]
    public void Every_kind_has_as_many_cells_as_columns()
    {
        foreach (ResourceKind kind in ResourceKinds.All)
        {
            var columns = TableColumns.Of(kind);
            Assert.Equal(columns.Columns.Count, columns.Cells(new JsonObject { ["metadata"] = new JsonObject { ["name"] = "x" } }, Now).Length);
            Assert.Single(columns.Columns, static column => column.Name == "Name");
        }
    }
}
