using ConsulPets.Planning.Certificates;

namespace ConsulPets.Model.Tests;

public class CertificatePlannerTests
{
    private static ShownCertificate Pet(int ordinal, string? serial, double? secondsAgo = null) =>
        new($"consul-{ordinal}", serial, secondsAgo is { } seconds ? Given.Now.AddSeconds(-seconds) : null);

    private static CertificateObservation Look(bool isUnderWay, params ShownCertificate[] shown) => new(Given.Healthy() with { Taken = Given.Now }, "new", isUnderWay, shown);

    [Fact]
    public void A_turn_begins_with_another_certificate_and_ends_when_every_pet_shows_it()
    {
        Assert.Equal(new CertificateStep(CertificateStepKind.Issue), CertificatePlanner.Decide(Look(false), isBegun: false).Step);
        Assert.Equal(new CertificateStep(CertificateStepKind.Finish), CertificatePlanner.Decide(Look(true, Pet(0, "new"), Pet(1, "new"), Pet(2, "new")), isBegun: true).Step);
        Assert.True(CertificatePlanner.Decide(Look(false), isBegun: true).IsDone);
    }

    [Theory]
    [InlineData("old", null, "consul-1")]
    [InlineData("old", 10.0, "consul-1")]
    [InlineData("old", 9.0, null)]
    [InlineData(null, null, null)]
    public void A_pet_that_is_behind_is_told_again_from_time_to_time_and_one_that_does_not_answer_is_waited_for(string? serial, double? secondsAgo, string? told)
    {
        CertificateDecision decision = CertificatePlanner.Decide(Look(true, Pet(0, "new"), Pet(1, serial, secondsAgo), Pet(2, "new")), isBegun: true);
        Assert.Equal(told, decision.Step?.Pet);
        Assert.Equal(told is null, decision.Waiting?.Contains("consul-1", StringComparison.Ordinal) ?? false);
    }

    [Fact]
    public void A_pet_that_is_away_is_waited_for() => Assert.Equal("2 of 3 pets run", CertificatePlanner.Decide(Look(true, Pet(0, "new"), Pet(1, "new")), isBegun: true).Waiting);
}
