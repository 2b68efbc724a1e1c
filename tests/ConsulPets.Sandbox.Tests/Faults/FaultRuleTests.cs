using System.Text.Json.Nodes;
using ConsulPets.Sandbox.Api;
using ConsulPets.Sandbox.Faults;
using ConsulPets.Sandbox.Store;

namespace ConsulPets.Sandbox.Tests.Faults;

public sealed class FaultRuleTests
{
    private const string GetPod = "get pods demo consul-0";
    private const string Status = "update statefulsets.apps demo consul status";

    [Theory]
    [InlineData("", GetPod, true)]
    [InlineData("\"verb\":\"get\"", GetPod, true)]
    [InlineData("\"verb\":\"list, get\"", GetPod, true)]
    [InlineData("\"verb\":[\"watch\",\"get\"]", GetPod, true)]
    [InlineData("\"verb\":\"list\"", GetPod, false)]
    [InlineData("\"resource\":\"pods\"", GetPod, true)]
    [InlineData("\"resource\":\"Pod\"", GetPod, true)]
    [InlineData("\"resource\":\"po\"", GetPod, true)]
    [InlineData("\"group\":\"\"", GetPod, true)]
    [InlineData("\"group\":\"apps\"", GetPod, false)]
    [InlineData("\"group\":\"apps\"", Status, true)]
    [InlineData("\"resource\":\"sts\"", Status, true)]
    [InlineData("\"resource\":\"statefulsets.apps\",\"group\":\"apps\"", Status, true)]
    [InlineData("\"resource\":\"daemonsets\"", Status, false)]
    [InlineData("\"namespace\":\"demo\"", GetPod, true)]
    [InlineData("\"namespace\":\"other\"", GetPod, false)]
    [InlineData("\"namespace\":\"d*\"", GetPod, true)]
    [InlineData("\"name\":\"consul-0\"", GetPod, true)]
    [InlineData("\"name\":\"consul-*\"", GetPod, true)]
    [InlineData("\"name\":\"consul\"", GetPod, false)]
    [InlineData("\"name\":\"\"", GetPod, false)]
    [InlineData("\"name\":\"\"", "list pods demo", true)]
    [InlineData("\"subresource\":\"\"", GetPod, true)]
    [InlineData("\"subresource\":\"\"", Status, false)]
    [InlineData("\"subresource\":\"status\"", Status, true)]
    [InlineData("\"path\":\"/api/v1/namespaces/demo/pods/consul-0\"", GetPod, true)]
    [InlineData("\"path\":\"/api/*/consul-0\"", GetPod, true)]
    [InlineData("\"path\":\"/api/v1\"", GetPod, false)]
    [InlineData("\"path\":\"/version\"", "get version", true)]
    [InlineData("\"verb\":\"get\",\"resource\":\"pods\"", "get version", false)]
    [InlineData("\"group\":\"\"", "get version", false)]
    [InlineData("\"verb\":\"get\",\"resource\":\"pods\",\"namespace\":\"demo\",\"name\":\"consul-1\"", GetPod, false)]
    public void A_fault_means_the_calls_that_all_its_fields_fit(string fields, string call, bool matches) => Assert.Equal(matches, Rule(fields).Matches(Call(call)));

    [Theory]
    [InlineData(null, "", true)]
    [InlineData("", "", true)]
    [InlineData("", "a", false)]
    [InlineData("*", "", true)]
    [InlineData("a*c", "abc", true)]
    [InlineData("a*c", "ac/d/c", true)]
    [InlineData("a.c", "abc", false)]
    [InlineData("a.*", "a.b\n", true)]
    [InlineData("*a*a*a*a*a*a*a*b", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", false)]
    public void A_star_stands_for_any_text(string? pattern, string text, bool fits) => Assert.Equal(fits, FaultRule.Fits(pattern, text));

    [Theory]
    [InlineData("", "11111")]
    [InlineData("\"times\":2", "11000")]
    [InlineData("\"skip\":2", "00111")]
    [InlineData("\"skip\":1,\"times\":2", "01100")]
    public void It_skips_and_ends_as_ordered(string fields, string due)
    {
        var rules = new FaultRules();
        rules.Add(Rule(fields));
        Assert.Equal(due, string.Concat(due.Select(_ => rules.Take(Call(GetPod)).Count)));
        OrderedFault fault = Assert.Single(rules.List());
        Assert.Equal((5, due.Count(static one => one == '1')), (fault.Seen, fault.Hits));
    }

    [Fact]
    public void Faults_happen_in_their_order_up_to_the_one_that_ends_the_call()
    {
        var rules = new FaultRules();
        OrderedFault delay = rules.Add(Rule("", "\"effect\":\"delay\",\"milliseconds\":5"));
        OrderedFault refusal = rules.Add(Rule("\"times\":1", "\"effect\":\"status\",\"code\":429"));
        OrderedFault behind = rules.Add(Rule("", "\"effect\":\"drop\""));

        Assert.Equal([delay.Rule, refusal.Rule], rules.Take(Call(GetPod)));
        Assert.Equal([delay.Rule, behind.Rule], rules.Take(Call(GetPod)));
        Assert.Equal([(2, 2), (2, 1), (1, 1)], rules.List().Select(static fault => ((int)fault.Seen, (int)fault.Hits)));
        Assert.Equal([null, 0, null], rules.List().Select(static fault => fault.Remaining));
    }

    [Fact]
    public void What_is_removed_happens_no_more()
    {
        var rules = new FaultRules();
        string first = rules.Add(Rule("")).Id;
        string second = rules.Add(Rule("")).Id;
        Assert.NotEqual(first, second);
        Assert.Equal(first, rules.Remove(first)?.Id);
        Assert.Null(rules.Remove(first));
        Assert.Equal(second, Assert.Single(rules.List()).Id);
        Assert.Equal(1, rules.Clear());
        Assert.Empty(rules.Take(Call(GetPod)));
        Assert.NotEqual(second, rules.Add(Rule("")).Id);
    }

    [Fact]
    public async Task Calls_at_once_are_counted_each_once()
    {
        var rules = new FaultRules();
        rules.Add(Rule("\"skip\":100,\"times\":300"));
        int[] hits = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() => Enumerable.Range(0, 500).Sum(_ => rules.Take(Call(GetPod)).Count))));

        OrderedFault fault = Assert.Single(rules.List());
        Assert.Equal((300, 4000, 300, 0), (hits.Sum(), fault.Seen, fault.Hits, fault.Remaining));
    }

    internal static FaultRule Rule(string fields, string effect = "\"effect\":\"drop\"") =>
        FaultRuleJson.Read(JsonNode.Parse($"{{{fields}{(fields.Length > 0 ? "," : "")}{effect}}}")!.AsObject());

    // "VERB RESOURCE[.GROUP] NAMESPACE [NAME [SUBRESOURCE]]", or "VERB PATH".
    internal static RequestInfo Call(string text)
    {
        string[] words = text.Split(' ');
        if (words.Length == 2)
        {
            return new RequestInfo(words[0], null, null, string.Empty, string.Empty, string.Empty, string.Empty, $"/{words[1]}");
        }

        ResourceKind kind = ResourceKinds.All.First(kind => kind.QualifiedName == words[1]);
        string At(int index) => index < words.Length ? words[index] : string.Empty;
        string path = string.Join('/', new[] { kind.Group.Length == 0 ? "/api/v1" : $"/apis/{kind.ApiVersion()}", "namespaces", At(2), kind.Plural, At(3), At(4) }.Where(static part => part.Length > 0));
        return new RequestInfo(words[0], kind, kind.Versions[0], At(2), At(3), At(4), string.Empty, path);
    }
}
