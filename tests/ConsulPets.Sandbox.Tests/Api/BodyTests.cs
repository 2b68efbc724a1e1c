using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using ConsulPets.Sandbox.Api;
using ConsulPets.Sandbox.Api.Wire;

namespace ConsulPets.Sandbox.Tests.Api;

public class BodyTests
{
    [Theory]
    [InlineData("""{"a":1,"b":[true,null,"x"],"c":{"d":0.10,"e":12345678901234567890}}""")]
    [InlineData("""{"text":"ü\"\\"}""")]
    public void Json_comes_back_as_it_was(string text) =>
        Assert.Equal(text, JsonBody.Parse(Encoding.UTF8.GetBytes(text), [])!.ToJsonString(ConsulPets.Sandbox.Store.JsonText.Options));

    [Fact]
    public void The_last_of_two_properties_counts_and_both_are_reported()
    {
        var duplicates = new List<string>();
        JsonNode? json = JsonBody.Parse("""{"a":1,"a":2,"b":{"c":[{"d":1,"d":3}]}}"""u8, duplicates);
        Assert.Equal("""{"a":2,"b":{"c":[{"d":3}]}}""", json!.ToJsonString());
        Assert.Equal(["a", "b.c[0].d"], duplicates);
    }

    [Theory]
    [InlineData("{", "unexpected end of JSON input")]
    [InlineData("""{"a": ?}""", "invalid character '?' looking for beginning of value")]
    [InlineData("{} {}", "invalid character '{' looking for beginning of value")]
    public void What_is_no_json_is_refused_in_the_servers_words(string text, string why)
    {
        byte[] utf8 = Encoding.UTF8.GetBytes(text);
        JsonException exception = Assert.ThrowsAny<JsonException>(() => JsonBody.Parse(utf8, []));
        Assert.Equal(why, JsonBody.Problem(utf8, exception));
    }

    [Theory]
    [InlineData("a: 1", """{"a":1}""")]
    [InlineData("a: '1'", """{"a":"1"}""")]
    [InlineData("a: yes\nb: off\nc: ~\nd:\ne: null", """{"a":true,"b":false,"c":null,"d":null,"e":null}""")]
    [InlineData("mode: 0644", """{"mode":420}""")]
    [InlineData("version: 1.8.7\nshare: 25%\nhost: 10.0.0.1\nhalf: 0.5", """{"version":"1.8.7","share":"25%","host":"10.0.0.1","half":0.5}""")]
    [InlineData("list:\n- a: b\n- |\n  text\n", """{"list":[{"a":"b"},"text\n"]}""")]
    public void Yaml_means_what_the_server_reads_in_it(string yaml, string json) => Assert.Equal(json, YamlBody.Parse(yaml)!.ToJsonString());

    [Fact]
    public void An_array_or_a_word_is_no_object()
    {
        ApiException refusal = Assert.Throws<ApiException>(() => RequestBody.Parse("\"x\""u8.ToArray(), false, "Pod"));
        Assert.Equal(400, refusal.Code);
        Assert.StartsWith("the object provided is unrecognized (must be of type Pod)", refusal.Message, StringComparison.Ordinal);
    }
}
