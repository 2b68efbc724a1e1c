using System.Collections.Concurrent;
using System.Management.Automation;
using System.Management.Automation.Runspaces;
using System.Runtime.ExceptionServices;
using ConsulPets.Errors;

namespace ConsulPets.Hosting;

/// <summary>
/// Runs a cmdlet's body off the pipeline thread and does for it, on the pipeline thread, what only that thread may do: write and ask. The pump is not left
/// before the body has ended, whatever happens, so Ctrl-C (which cancels <see cref="StopToken"/>) never leaves a body at work behind a prompt.
/// </summary>
public abstract class AsyncCmdlet : PSCmdlet, IDisposable
{
    private const int ProgressActivity = 1016;
    private static readonly TimeSpan BetweenProgress = TimeSpan.FromMilliseconds(200);

    // Made with the cmdlet, not at first use: StopProcessing runs on another thread and must find it (PowerShell/PowerShell#24620).
    private readonly CancellationTokenSource stopping = new();
    private BlockingCollection<Action>? pump;
    private ExceptionDispatchInfo? postFailure;
    private long lastProgress;
    private bool progressShown;

    /// <summary>Cancelled by Ctrl-C.</summary>
    protected CancellationToken StopToken => stopping.Token;

    /// <summary>What an error that is not about a particular object is about.</summary>
    protected virtual object? ErrorTarget => MyInvocation.MyCommand.Name;

    /// <summary>The runspace that the cmdlet runs in: the user's prompt, or one of ForEach-Object -Parallel.</summary>
    protected Guid RunspaceId { get; private set; }

    /// <inheritdoc/>
    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Frees what the cmdlet holds.</summary>
    /// <param name="disposing">True when called by <see cref="Dispose()"/>.</param>
    protected virtual void Dispose(bool disposing)
    {
        if (disposing)
        {
            stopping.Dispose();
        }
    }

    /// <inheritdoc/>
    protected sealed override void BeginProcessing() => RunspaceId = Runspace.DefaultRunspace?.InstanceId ?? Guid.Empty;

    /// <inheritdoc/>
    protected sealed override void ProcessRecord() => Run(ProcessAsync);

    /// <inheritdoc/>
    protected sealed override void EndProcessing() => Run(EndAsync);

    /// <inheritdoc/>
    protected sealed override void StopProcessing()
    {
        try
        {
            stopping.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // The cmdlet ended by itself in the same moment.
        }
    }

    /// <summary>The work for one input object.</summary>
    /// <returns>A task.</returns>
    protected abstract Task ProcessAsync();

    /// <summary>The work after the last input object.</summary>
    /// <returns>A task.</returns>
    protected virtual Task EndAsync() => Task.CompletedTask;

    /// <summary>Does something on the pipeline thread and waits for it; what it throws is thrown here.</summary>
    /// <typeparam name="T">The type of the result.</typeparam>
    /// <param name="action">What to do.</param>
    /// <returns>Its result.</returns>
    protected Task<T> OnPipelineThreadAsync<T>(Func<T> action)
    {
        var done = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        pump!.Add(() =>
        {
            try
            {
                done.SetResult(action());
            }
            catch (Exception exception)
            {
                done.SetException(exception);
            }
        });
        return done.Task;
    }

    /// <summary>Writes an object.</summary>
    /// <param name="value">The object.</param>
    /// <returns>A task that ends when the pipeline has taken it.</returns>
    protected Task WriteAsync(object value) => OnPipelineThreadAsync(() =>
    {
        WriteObject(value);
        return true;
    });

    /// <summary>Writes a failure as a non-terminating error.</summary>
    /// <param name="failure">The failure.</param>
    /// <returns>A task that ends when it is written; it fails where the user asked errors to stop the command.</returns>
    protected Task WriteErrorAsync(ConsulPetsException failure) => OnPipelineThreadAsync(() =>
    {
        WriteError(ErrorRecords.Of(failure));
        return true;
    });

    /// <summary>Writes a warning.</summary>
    /// <param name="text">The text.</param>
    /// <returns>A task that ends when it is written.</returns>
    protected Task WarnAsync(string text) => OnPipelineThreadAsync(() =>
    {
        WriteWarning(text);
        return true;
    });

    /// <summary>Asks whether to go on. -WhatIf shows the description; -Confirm asks with the question.</summary>
    /// <param name="description">What will be done, all of it.</param>
    /// <param name="question">The question.</param>
    /// <returns>True to go on.</returns>
    protected Task<bool> ShouldAsync(string description, string question) =>
        OnPipelineThreadAsync(() => ShouldProcess(description, question, MyInvocation.MyCommand.Name));

    /// <summary>Tells a detail, on the verbose stream. May be called from any thread.</summary>
    /// <param name="text">The text.</param>
    protected void Detail(string text) => Post(() => WriteVerbose(text));

    /// <summary>Tells a request, on the debug stream. May be called from any thread.</summary>
    /// <param name="text">The text.</param>
    protected void Trace(string text) => Post(() => WriteDebug(text));

    /// <summary>Shows what is waited for. May be called from any thread, as often as one likes. The same goes to the verbose stream, for logs.</summary>
    /// <param name="activity">What is being done.</param>
    /// <param name="status">What is still missing.</param>
    protected void ShowProgress(string activity, string status) => Post(() =>
    {
        WriteVerbose($"{activity}: {status}");
        long now = TimeProvider.System.GetTimestamp();
        if (!progressShown || TimeProvider.System.GetElapsedTime(lastProgress, now) >= BetweenProgress)
        {
            lastProgress = now;
            progressShown = true;
            WriteProgress(new ProgressRecord(ProgressActivity, activity, status.Length == 0 ? " " : status));
        }
    });

    private void Post(Action action)
    {
        try
        {
            pump?.Add(() =>
            {
                try
                {
                    action();
                }
                catch (Exception exception)
                {
                    // Nobody awaits it: the body is stopped, and the exception leaves with the cmdlet.
                    postFailure ??= ExceptionDispatchInfo.Capture(exception);
                    stopping.Cancel();
                }
            });
        }
        catch (InvalidOperationException)
        {
            // The body has ended: a late word from a call that it gave up on has no one to go to.
        }
    }

    private void Run(Func<Task> body)
    {
        using var actions = new BlockingCollection<Action>();
        pump = actions;
        Task work = Task.Run(async () =>
        {
            try
            {
                await body().ConfigureAwait(false);
            }
            finally
            {
                actions.CompleteAdding();
            }
        });
        foreach (Action action in actions.GetConsumingEnumerable())
        {
            action();
        }

        pump = null;
        Finish(work);
    }

    private void Finish(Task work)
    {
        try
        {
            if (postFailure is null)
            {
                CompleteProgress();
            }

            work.GetAwaiter().GetResult();
            postFailure?.Throw();
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            postFailure?.Throw();
            throw new PipelineStoppedException();
        }
        catch (ConsulPetsException failure) when (!failure.EndsCommand)
        {
            WriteError(ErrorRecords.Of(failure));
        }
        catch (ConsulPetsException failure)
        {
            ThrowTerminatingError(ErrorRecords.Of(failure));
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException)
        {
            WriteError(ErrorRecords.ConnectionLost(exception, ErrorTarget));
        }
    }

    private void CompleteProgress()
    {
        if (progressShown)
        {
            progressShown = false;
            WriteProgress(new ProgressRecord(ProgressActivity, " ", " ") { RecordType = ProgressRecordType.Completed });
        }
    }
}
