using System.Text.Json;
using ConsulPets.Engine.Executing;
using ConsulPets.Planning;

namespace ConsulPets.Engine.Tests;

public class OperationAnnotationTests
{
    private static readonly OperationState State = new()
    {
        Kind = RollingKind.Update,
        Run = "run",
        Written = new WorkloadShape(3, 2, true, "abc"),
        TemplateHash = "abc",
        FromReplicas = 3,
        TargetReplicas = 5,
        Volumes = VolumePolicy.Delete,
        RestoreOnDelete = true,
        LeavesGracefully = true,
        FormerPods = ["one", "two"],
        FormerServers = ["id"],
        Window = "consul-1",
        StoppedAfter = "consul-2",
        StoppedBy = "other",
    };

    [Fact]
    public void What_is_written_is_read_again()
    {
        string text = OperationAnnotation.Write(State);
        OperationState read = OperationAnnotation.Read(new Dictionary<string, string> { [OperationAnnotation.Name] = text }, PetSetKind.DaemonSet, "infra/consul")!;
        Assert.Equal(text, OperationAnnotation.Write(read));
        Assert.Equal(State.Written, read.Written);
        Assert.Equal(State.FormerPods, read.FormerPods);
        Assert.Equal(State.FormerServers, read.FormerServers);
        Assert.Equal(State with { FormerPods = [], FormerServers = [] }, read with { FormerPods = [], FormerServers = [] });
    }

    [Fact]
    public void Without_an_annotation_no_operation_is_under_way() => Assert.Null(OperationAnnotation.Read(new Dictionary<string, string> { ["other"] = "x" }, PetSetKind.DaemonSet, "infra/consul"));

    [Theory]
    [InlineData("nonsense")]
    [InlineData("null")]
    [InlineData("{}")]
    [InlineData("""{"kind":"Dance","run":"x","written":{}}""")]
    public void What_somebody_else_wrote_is_an_error_and_no_reason_to_begin_anew(string text)
    {
        var exception = Assert.Throws<ConsulPetsException>(() => OperationAnnotation.Read(new Dictionary<string, string> { [OperationAnnotation.Name] = text }, PetSetKind.DaemonSet, "infra/consul"));
        Assert.Equal(("OperationStateInvalid", ConsulPetsErrorKind.InvalidData), (exception.ErrorId, exception.Kind));
        Assert.EndsWith("kubectl annotate daemonset consul -n infra consulpets.io/operation-", exception.RecommendedAction, StringComparison.Ordinal);
        Assert.Contains("kubectl annotate", exception.RecommendedAction, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"a":1,"b":[1,2]}""", """{"b":[1,2],"a":1}""", true)]
    [InlineData("""{"a":{"x":"1","y":null}}""", """{"a":{"y":null,"x":"1"}}""", true)]
    [InlineData("""{"b":[1,2]}""", """{"b":[2,1]}""", false)]
    [InlineData("""{"a":1}""", """{"a":"1"}""", false)]
    [InlineData("""{"a":1}""", """{"a":1,"b":{}}""", false)]
    public void A_templates_hash_depends_on_what_it_says_and_not_on_the_order_of_its_fields(string one, string other, bool isSame) =>
        Assert.Equal(isSame, Hash(one) == Hash(other));

    private static string Hash(string json) => OperationAnnotation.HashOf(JsonDocument.Parse(json).RootElement);
}
