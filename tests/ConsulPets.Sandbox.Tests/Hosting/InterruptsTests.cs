using ConsulPets.Sandbox.Hosting;

namespace ConsulPets.Sandbox.Tests.Hosting;

public sealed class InterruptsTests
{
    [Fact]
    public void Ctrl_C_ends_everything_unless_somebody_has_something_to_stop()
    {
        using var interrupts = new Interrupts();
        bool isBusy = true;
        interrupts.LetTake(() => isBusy);
        interrupts.Interrupt();
        Assert.False(interrupts.Ended.IsCancellationRequested);
        isBusy = false;
        interrupts.Interrupt();
        Assert.True(interrupts.Ended.IsCancellationRequested);
    }

    [Fact]
    public void Nobody_takes_what_ends_everything()
    {
        using var interrupts = new Interrupts();
        interrupts.LetTake(static () => true);
        interrupts.End();
        Assert.True(interrupts.Ended.IsCancellationRequested);
    }

    [Fact]
    public void A_signal_that_comes_after_the_end_does_no_harm()
    {
        var interrupts = new Interrupts();
        interrupts.Dispose();
        interrupts.Interrupt();
    }
}
