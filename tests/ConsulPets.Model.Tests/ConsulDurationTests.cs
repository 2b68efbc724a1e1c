namespace ConsulPets.Model.Tests;

public class ConsulDurationTests
{
    [Theory]
    [InlineData("0", 0)]
    [InlineData("0s", 0)]
    [InlineData("200ms", 2_000_000)]
    [InlineData("10s", 100_000_000)]
    [InlineData("1m30s", 900_000_000)]
    [InlineData("1h0m0s", 36_000_000_000)]
    [InlineData("1.5s", 15_000_000)]
    [InlineData("12.5ms", 125_000)]
    [InlineData("3µs", 30)]
    [InlineData("3us", 30)]
    [InlineData("250ns", 2)]
    [InlineData("-1s", -10_000_000)]
    [InlineData("-1ns", 0)]
    public void What_Consul_writes_is_read(string text, long ticks) => Assert.Equal(TimeSpan.FromTicks(ticks), ConsulDuration.Parse(text));

    [Theory]
    [InlineData("")]
    [InlineData("-")]
    [InlineData("10")]
    [InlineData("s")]
    [InlineData("10 s")]
    [InlineData("1.2.3s")]
    [InlineData("10d")]
    [InlineData("00:00:10")]
    [InlineData("99999999999999999999h")]
    public void What_is_not_of_the_form_is_no_time(string text) => Assert.Null(ConsulDuration.Parse(text));

    [Theory]
    [InlineData(0, "0s")]
    [InlineData(2_000_000, "200ms")]
    [InlineData(900_000_000, "90s")]
    [InlineData(15_000_000, "1500ms")]
    [InlineData(25, "2500ns")]
    [InlineData(-10_000_000, "-1s")]
    public void A_time_is_written_in_the_largest_unit_without_a_fraction(long ticks, string text) => Assert.Equal(text, ConsulDuration.Text(TimeSpan.FromTicks(ticks)));

    [Fact]
    public void What_is_written_is_read_as_the_same_time()
    {
        var random = new Random(7);
        for (int round = 0; round < 10_000; round++)
        {
            TimeSpan time = TimeSpan.FromTicks(random.NextInt64(-TimeSpan.TicksPerDay * 365, TimeSpan.TicksPerDay * 365) / (long)Math.Pow(10, random.Next(8)) * (random.Next(2) == 0 ? 1 : TimeSpan.TicksPerMillisecond / 10_000));
            Assert.Equal(time, ConsulDuration.Parse(ConsulDuration.Text(time)));
        }
    }
}
