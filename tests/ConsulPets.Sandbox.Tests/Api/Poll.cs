using System.Diagnostics;

namespace ConsulPets.Sandbox.Tests.Api;

/// <summary>Waits for what nobody tells of.</summary>
internal static class Poll
{
    public static async Task UntilAsync(Func<bool> condition)
    {
        var watch = Stopwatch.StartNew();
        while (!condition())
        {
            Assert.True(watch.Elapsed < TimeSpan.FromSeconds(20), "The condition did not come true.");
            await Task.Yield();
        }
    }
}
