using System.Text.RegularExpressions;

namespace ConsulPets.Model.Tests;

public class SpecificationTests
{
    [Theory]
    [InlineData("consul", true)]
    [InlineData("c", true)]
    [InlineData("consul-east-2", true)]
    [InlineData("", false)]
    [InlineData("Consul", false)]
    [InlineData("consul.east", false)]
    [InlineData("consul_east", false)]
    [InlineData("2consul", false)]
    [InlineData("-consul", false)]
    [InlineData("consul-", false)]
    [InlineData("cönsul", false)]
    [InlineData("con sul", false)]
    public void A_name_must_be_one_that_DNS_allows(string name, bool isAllowed)
    {
        PlanRefusal? refusal = PetSetSpecificationRules.NameRefusal(name);
        Assert.Equal(isAllowed, refusal is null);
        Assert.True(refusal is null || (refusal.ErrorId == "NameInvalid" && refusal.Message.Contains($"'{name}'", StringComparison.Ordinal)));
    }

    [Fact]
    public void The_rule_for_names_is_that_of_RFC_1035_within_the_length_that_pods_and_services_leave()
    {
        for (int seed = 0; seed < 3000; seed++)
        {
            var random = new Random(seed);
            string name = string.Concat(Enumerable.Range(0, random.Next(60)).Select(_ => random.Next(12) == 0 ? "-_.A"[random.Next(4)] : "ab09"[random.Next(4)]));
            bool isLabel = Regex.IsMatch(name, "^[a-z]([-a-z0-9]*[a-z0-9])?$") && name.Length <= 52;
            Assert.True(isLabel == (PetSetSpecificationRules.NameRefusal(name) is null), $"seed {seed}: '{name}'");
        }
    }

    [Theory]
    [InlineData(1, false, null)]
    [InlineData(3, false, null)]
    [InlineData(5, false, null)]
    [InlineData(2, false, "EvenReplicas")]
    [InlineData(4, false, "EvenReplicas")]
    [InlineData(4, true, null)]
    [InlineData(0, false, "ReplicasInvalid")]
    [InlineData(0, true, "ReplicasInvalid")]
    [InlineData(-1, true, "ReplicasInvalid")]
    public void Even_sizes_need_insistence_and_none_is_no_size(int replicas, bool force, string? refusal) =>
        Assert.Equal(refusal, PetSetSpecificationRules.ReplicasRefusal(replicas, force)?.ErrorId);

    [Fact]
    public void An_even_size_is_refused_with_the_figures() =>
        Assert.Equal("4 servers tolerate the loss of 1, no more than 3 do, and one more can fail.", PetSetSpecificationRules.ReplicasRefusal(4, false)?.Message);

    [Theory]
    [InlineData("consul", null, "consul")]
    [InlineData("infra/consul", "infra", "consul")]
    [InlineData("con*", null, "con*")]
    public void A_reference_is_a_name_or_a_namespace_and_a_name(string text, string? space, string name)
    {
        var reference = new PetSetReference(text);
        Assert.Equal((space, name, text), (reference.Namespace, reference.Name, reference.ToString()));
    }

    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData("infra/")]
    [InlineData("/")]
    public void A_reference_without_a_name_is_refused(string text) => Assert.ThrowsAny<ArgumentException>(() => new PetSetReference(text));

    [Fact]
    public void A_set_refers_to_itself()
    {
        var reference = new PetSetReference(Given.Healthy().ToPetSet());
        Assert.Equal(("default", "consul"), (reference.Namespace, reference.Name));
    }

    [Fact]
    public void An_object_shows_its_name_as_text()
    {
        PetSetObservation observation = Given.Healthy();
        Assert.Equal("consul", observation.ToPetSet().ToString());
        Assert.Equal("consul-0", observation.ToPets()[0].ToString());
        Assert.Equal("consul-0", observation.ToMembers()[0].ToString());
    }
}
