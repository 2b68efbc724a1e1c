using System.Text.Json.Nodes;
using ConsulPets.Sandbox.Api;
using ConsulPets.Sandbox.Faults;
using ConsulPets.Sandbox.Store;

namespace ConsulPets.Sandbox.Tests.Faults;

public sealed class FaultRuleJsonTests
{
    [Theory]
    [InlineData("{}", "effect is missing: one of status, delay, drop, endWatches, expire")]
    [InlineData("""{"effect":"explode"}""", "effect \"explode\" is unknown")]
    [InlineData("""{"effect":3}""", "effect must be a text")]
    [InlineData("""{"effect":"status"}""", "code is missing")]
    [InlineData("""{"effect":"status","code":200}""", "code must be a whole number from 400 to 599")]
    [InlineData("""{"effect":"status","code":"500"}""", "code must be a whole number")]
    [InlineData("""{"effect":"status","code":429,"retryAfterSeconds":-1}""", "retryAfterSeconds must be a whole number")]
    [InlineData("""{"effect":"delay"}""", "milliseconds is missing")]
    [InlineData("""{"effect":"delay","milliseconds":1.5}""", "milliseconds must be a whole number from 0 to 3600000")]
    [InlineData("""{"effect":"delay","milliseconds":99999999}""", "milliseconds must be")]
    [InlineData("""{"effect":"drop","afterBytes":-1}""", "afterBytes must be a whole number of at least 0")]
    [InlineData("""{"effect":"status","code":500,"afterBytes":1}""", "afterBytes does not go with effect \"status\"")]
    [InlineData("""{"effect":"drop","nmae":"consul-0"}""", "nmae is no field of a fault")]
    [InlineData("""{"effect":"drop","verb":"fetch"}""", "verb \"fetch\" is unknown")]
    [InlineData("""{"effect":"drop","verb":{}}""", "verb must be a text or a list of texts")]
    [InlineData("""{"effect":"drop","verb":["get",1]}""", "verb must be a text or a list of texts")]
    [InlineData("""{"effect":"drop","resource":"widgets"}""", "resource \"widgets\" is not served")]
    [InlineData("""{"effect":"drop","group":"apps","resource":"pods"}""", "resource \"pods\" is not served in group \"apps\"")]
    [InlineData("""{"effect":"drop","name":["a"]}""", "name must be a text")]
    [InlineData("""{"effect":"drop","times":0}""", "times must be a whole number of at least 1")]
    [InlineData("""{"effect":"drop","skip":"1"}""", "skip must be a whole number of at least 0")]
    public void An_order_that_makes_no_sense_is_refused_with_what_is_wrong(string json, string message)
    {
        ApiException refusal = Assert.Throws<ApiException>(() => FaultRuleJson.Read(JsonNode.Parse(json)!.AsObject()));
        Assert.Equal(400, refusal.Code);
        Assert.Contains(message, refusal.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"effect":"status","code":503}""")]
    [InlineData("""{"verb":"get,list","group":"apps","resource":"statefulsets","namespace":"demo","name":"consul","subresource":"","path":"/apis/*","skip":1,"times":2,"effect":"status","code":429,"reason":"X","message":"y","retryAfterSeconds":0}""")]
    [InlineData("""{"group":"","effect":"delay","milliseconds":1500}""")]
    [InlineData("""{"effect":"drop"}""")]
    [InlineData("""{"effect":"drop","afterBytes":0}""")]
    [InlineData("""{"effect":"endWatches"}""")]
    [InlineData("""{"effect":"expire"}""")]
    public void A_fault_is_shown_as_it_was_ordered(string json)
    {
        JsonObject shown = FaultRuleJson.Write(new OrderedFault("7", FaultRuleJson.Read(JsonNode.Parse(json)!.AsObject()), 5, 2));
        Assert.Equal(("7", 5, 2), (shown.Text("id"), shown.Number("seen"), shown.Number("hits")));
        Array.ForEach(["id", "seen", "hits", "remaining"], name => shown.Remove(name));
        Assert.Equal(json, shown.ToJsonString());
    }

    [Theory]
    [InlineData(400, "get pods demo a", "BadRequest", null)]
    [InlineData(401, "get pods demo a", "Unauthorized", "Unauthorized")]
    [InlineData(403, "list pods demo", "Forbidden", "pods is forbidden: a fault was ordered")]
    [InlineData(404, "get pods demo a", "NotFound", "pods \"a\" not found")]
    [InlineData(404, "get version", "NotFound", "the server could not find the requested resource")]
    [InlineData(409, "update statefulsets.apps demo a", "Conflict", "Operation cannot be fulfilled on statefulsets.apps \"a\": the object has been modified; please apply your changes to the latest version and try again")]
    [InlineData(409, "create pods demo a", "AlreadyExists", "pods \"a\" already exists")]
    [InlineData(409, "create pods demo a eviction", "Conflict", null)]
    [InlineData(410, "watch pods demo", "Expired", null)]
    [InlineData(422, "patch pods demo a", "Invalid", null)]
    [InlineData(429, "create pods demo a eviction", "TooManyRequests", null)]
    [InlineData(500, "get version", "InternalError", null)]
    [InlineData(502, "get version", "InternalError", null)]
    [InlineData(503, "get version", "ServiceUnavailable", "the server is currently unable to handle the request")]
    [InlineData(504, "get version", "Timeout", null)]
    [InlineData(418, "get version", "Unknown", null)]
    public void A_refusal_is_worded_as_the_API_server_words_it(int code, string call, string reason, string? message)
    {
        JsonObject status = FaultStatus.Of(new FaultEffect.Refuse(code), FaultRuleTests.Call(call)).ToStatus();
        Assert.Equal((code, reason, "Failure"), (status.Number("code"), status.Text("reason"), status.Text("status")));
        Assert.Null(status.At("details", "retryAfterSeconds"));
        if (message is not null)
        {
            Assert.Equal(message, status.Text("message"));
        }
    }

    [Fact]
    public void Reason_and_message_can_be_ordered()
    {
        JsonObject status = FaultStatus.Of(new FaultEffect.Refuse(429, "Busy", "not now", 3), FaultRuleTests.Call("get pods demo a")).ToStatus();
        Assert.Equal(("Busy", "not now", 3), (status.Text("reason"), status.Text("message"), status.Number("details", "retryAfterSeconds")));
    }
}
