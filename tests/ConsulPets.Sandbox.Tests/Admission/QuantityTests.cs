using ConsulPets.Sandbox.Admission;

namespace ConsulPets.Sandbox.Tests.Admission;

public sealed class QuantityTests
{
    [Theory]
    [InlineData("0", "0")]
    [InlineData("0Gi", "0")]
    [InlineData("1024Mi", "1Gi")]
    [InlineData("1.5Gi", "1536Mi")]
    [InlineData("1000Mi", "1000Mi")]
    [InlineData("0.5Ki", "512")]
    [InlineData("0.5", "500m")]
    [InlineData("1000m", "1")]
    [InlineData("1500m", "1500m")]
    [InlineData("1000M", "1G")]
    [InlineData("1e3", "1e3")]
    [InlineData("2E3", "2e3")]
    [InlineData("1E", "1E")]
    [InlineData("10e-2", "100e-3")]
    [InlineData("-1Gi", "-1Gi")]
    [InlineData("+5", "5")]
    [InlineData("123456789", "123456789")]
    [InlineData("100u", "100u")]
    [InlineData("0.0000000001", "1n")]
    [InlineData("9007199254740993Ki", "9007199254740993Ki")]
    public void An_amount_is_written_in_its_canonical_form(string text, string canonical)
    {
        Assert.Equal(canonical, Quantity.Parse(text)?.ToString());
        Assert.Equal(canonical, Quantity.Parse(canonical)?.ToString());
    }

    [Theory]
    [InlineData("")]
    [InlineData("lots")]
    [InlineData("1 Gi")]
    [InlineData("1GiB")]
    [InlineData("1gi")]
    [InlineData(".")]
    [InlineData("1.2.3")]
    [InlineData("--1")]
    [InlineData("Gi")]
    public void What_is_no_amount_is_not_taken_for_one(string text) => Assert.Null(Quantity.Parse(text));

    [Theory]
    [InlineData("0.0001", "1m")]
    [InlineData("1100u", "2m")]
    [InlineData("5m", "5m")]
    [InlineData("1Gi", "1Gi")]
    public void A_list_of_resources_holds_thousandths_rounded_up(string text, string rounded) => Assert.Equal(rounded, Quantity.Parse(text)?.ToThousandths().ToString());
}
