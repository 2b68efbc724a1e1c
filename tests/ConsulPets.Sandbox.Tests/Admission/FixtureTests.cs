using System.Text.Json.Nodes;
using ConsulPets.Sandbox.Admission;
using ConsulPets.Sandbox.Api;
using ConsulPets.Sandbox.Store;

namespace ConsulPets.Sandbox.Tests.Admission;

/// <summary>Defaults and validation against what a real API server answered.</summary>
public sealed class FixtureTests
{
    /// <summary>The fixtures that a kind of test is for.</summary>
    /// <param name="kind">What they are for.</param>
    /// <returns>Their names.</returns>
    public static TheoryData<string> Of(FixtureKind kind) => [.. Fixtures.All.Where(fixture => fixture.Kind == kind).Select(static fixture => fixture.Id)];

    [Fact]
    public void There_are_enough_fixtures_to_mean_something()
    {
        Assert.True(Fixtures.All.Count(static fixture => fixture.Kind == FixtureKind.Good) >= 25);
        Assert.True(Fixtures.All.Count(static fixture => fixture.Kind == FixtureKind.Bad) >= 60);
    }

    [Theory]
    [MemberData(nameof(Of), FixtureKind.Good)]
    public void A_good_object_gets_the_real_servers_defaults(string id) => Compare(Fixtures.Get(id));

    [Theory]
    [MemberData(nameof(Of), FixtureKind.Bad)]
    public void A_bad_object_is_refused_in_the_real_servers_words(string id) => Compare(Fixtures.Get(id));

    [Theory]
    [MemberData(nameof(Of), FixtureKind.Change)]
    public void A_change_is_taken_or_refused_as_by_the_real_server(string id) => Compare(Fixtures.Get(id));

    [Theory]
    [MemberData(nameof(Of), FixtureKind.Good)]
    public void Writing_what_was_answered_once_more_changes_nothing(string id)
    {
        Fixture fixture = Fixtures.Get(id);
        ObjectRegistry registry = new AdmissionWorld().Registry;
        ResourceKind kind = KindOf(fixture);
        StoredObject written = registry.Create(kind, Fixtures.Namespace, (JsonObject)fixture.Sent.DeepClone(), new WriteRequest());
        StoredObject again = registry.Update(kind, written.Namespace, written.Name, static copy => copy, new WriteRequest());
        Assert.Empty(Differences.Between(written.Json, again.Json));
        Assert.Equal(written.Revision, again.Revision);
    }

    [Fact]
    public void Every_allowed_difference_is_met()
    {
        (string Id, Difference Difference)[] all = [.. Fixtures.All.SelectMany(static fixture => Find(fixture).Select(difference => (fixture.Id, difference)))];
        Assert.Empty(AllowedDifferences.All.Where(one => !all.Any(found => one.Allows(found.Id, found.Difference))).Select(static one => $"{one.Fixture} {one.Path}: {one.Reason}"));
    }

    private static void Compare(Fixture fixture)
    {
        string[] differences = [.. Find(fixture).Where(difference => !AllowedDifferences.All.Any(one => one.Allows(fixture.Id, difference))).Select(static difference => difference.ToString())];
        Assert.True(differences.Length == 0, $"{fixture.Id} differs from what the real server answered:\n{string.Join('\n', differences)}");
    }

    private static IReadOnlyList<Difference> Find(Fixture fixture)
    {
        JsonObject answer = Answer(fixture);
        return fixture.IsRefused || answer["kind"]!.GetValue<string>() == "Status"
            ? Differences.Between(Differences.Refusal(fixture.Answer), Differences.Refusal(answer))
            : Differences.Between(fixture.Answer, answer);
    }

    private static ResourceKind KindOf(Fixture fixture) => fixture.Collection is null
        ? ResourceKinds.OfManifest(fixture.Sent.Text("apiVersion"), fixture.Sent.Text("kind"))!
        : ResourceKinds.All.Single(kind => kind.Plural == fixture.Collection.Split('/')[^1]);

    private static JsonObject Answer(Fixture fixture)
    {
        ResourceKind kind = KindOf(fixture);
        ObjectRegistry registry = new AdmissionWorld().Registry;
        try
        {
            if (fixture.Live is not null)
            {
                registry.Create(kind, Fixtures.Namespace, (JsonObject)fixture.Live.DeepClone(), new WriteRequest());
            }

            string? version = fixture.Collection is null ? fixture.Sent.Text("apiVersion")!.Split('/')[^1] : null;
            if (Decoding.Problem(kind, version, fixture.Sent) is { } problem)
            {
                throw ApiException.BadRequest(problem);
            }

            var sent = (JsonObject)fixture.Sent.DeepClone();
            StoredObject written = fixture.Live is null
                ? registry.Create(kind, Fixtures.Namespace, sent, new WriteRequest())
                : registry.Update(kind, Fixtures.Namespace, sent.Text("metadata", "name")!, _ => sent, new WriteRequest());
            JsonObject json = written.Copy();
            foreach (string name in (ReadOnlySpan<string>)["uid", "creationTimestamp", "resourceVersion", "managedFields"])
            {
                json.Make("metadata").Remove(name);
            }

            return json;
        }
        catch (ApiException refusal)
        {
            return refusal.ToStatus();
        }
    }
}
