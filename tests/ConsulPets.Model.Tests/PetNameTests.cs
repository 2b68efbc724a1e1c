using System.Globalization;

namespace ConsulPets.Model.Tests;

public class PetNameTests
{
    [Theory]
    [InlineData("consul-0", "consul", 0)]
    [InlineData("consul-12", "consul", 12)]
    [InlineData("consul-east-1", "consul-east", 1)]
    [InlineData("consul-01", "consul", null)]
    [InlineData("consul-00", "consul", null)]
    [InlineData("consul-", "consul", null)]
    [InlineData("consul", "consul", null)]
    [InlineData("consul-x", "consul", null)]
    [InlineData("consul--1", "consul", null)]
    [InlineData("consul- 1", "consul", null)]
    [InlineData("consul-+1", "consul", null)]
    [InlineData("consul-99999999999", "consul", null)]
    [InlineData("consul-east-1", "consul", null)]
    [InlineData("Consul-1", "consul", null)]
    [InlineData("consul-٣", "consul", null)]
    public void An_ordinal_is_read_only_from_a_name_that_the_set_gives(string pod, string set, int? ordinal) =>
        Assert.Equal(ordinal, PetName.Ordinal(pod, set));

    [Fact]
    public void Every_name_that_a_set_gives_is_read_back()
    {
        foreach (int ordinal in Enumerable.Range(0, 1200))
        {
            Assert.Equal(ordinal, PetName.Ordinal(string.Create(CultureInfo.InvariantCulture, $"consul-{ordinal}"), "consul"));
            Assert.Equal(ordinal, PetName.ClaimOrdinal(string.Create(CultureInfo.InvariantCulture, $"data-consul-{ordinal}"), "data", "consul"));
        }
    }

    [Theory]
    [InlineData("data-consul-1", "data", "consul", 1)]
    [InlineData("data-default-consul-server-2", "data-default", "consul-server", 2)]
    [InlineData("data-consul-1", "logs", "consul", null)]
    [InlineData("data-other-1", "data", "consul", null)]
    [InlineData("data-consul-one", "data", "consul", null)]
    public void A_claims_ordinal_needs_the_template_and_the_set(string claim, string template, string set, int? ordinal) =>
        Assert.Equal(ordinal, PetName.ClaimOrdinal(claim, template, set));

    [Theory]
    [InlineData("cattle-wkhkr", true)]
    [InlineData("cattle-24567", true)]
    [InlineData("cattle-aeiou", false)]
    [InlineData("cattle-b0c1d", false)]
    [InlineData("cattle-bcdf", false)]
    [InlineData("cattle-bcdfgh", false)]
    [InlineData("cattle_bcdfg", false)]
    [InlineData("battle-bcdfg", false)]
    [InlineData("cattle-BCDFG", false)]
    public void A_DaemonSets_name_has_five_characters_of_the_safe_alphabet(string name, bool expected) =>
        Assert.Equal(expected, PetName.IsFromDaemonSet(name, "cattle"));

    [Theory]
    [InlineData("consul-2", "consul-10")]
    [InlineData("consul-9", "consul-10")]
    [InlineData("consul", "consul-0")]
    [InlineData("a-10", "b-2")]
    public void A_lower_number_comes_first(string first, string second)
    {
        Assert.True(PetNameOrder.Instance.Compare(first, second) < 0);
        Assert.True(PetNameOrder.Instance.Compare(second, first) > 0);
    }

    [Fact]
    public void The_order_of_names_is_a_total_order()
    {
        const int Seed = 20161122;
        var random = new Random(Seed);
        string[] names = [.. Enumerable.Range(0, 60).Select(_ => Name(random)), "", "0", "00", "consul-1", "consul-01", new string('9', 40), "a" + new string('1', 18), "a" + new string('1', 19)];
        foreach (string a in names)
        {
            foreach (string b in names)
            {
                int ab = Math.Sign(PetNameOrder.Instance.Compare(a, b));
                Assert.True(ab == -Math.Sign(PetNameOrder.Instance.Compare(b, a)), $"seed {Seed}: '{a}', '{b}': not antisymmetric");
                Assert.True((ab == 0) == (a == b), $"seed {Seed}: '{a}', '{b}': equal only if the same");
                foreach (string c in names)
                {
                    bool isTransitive = ab > 0 || PetNameOrder.Instance.Compare(b, c) > 0 || PetNameOrder.Instance.Compare(a, c) <= 0;
                    Assert.True(isTransitive, $"seed {Seed}: '{a}' <= '{b}' <= '{c}', and not '{a}' <= '{c}'");
                }
            }
        }
    }

    private static string Name(Random random) =>
        string.Concat(Enumerable.Range(0, random.Next(1, 6)).Select(_ => "ab-019"[random.Next(6)]));
}
