using System.Text.Json;
using System.Threading.Channels;
using ConsulPets.Engine.Kubernetes;
using ConsulPets.Errors;

namespace ConsulPets.Engine.Observing;

/// <summary>
/// Something changed: the events of some watches, folded into one signal. Whoever waits looks again on the signal, so a lost or doubled event does no
/// harm, and a watch that the server ends (or answers with 410 Gone) is simply begun again.
/// </summary>
public sealed class ClusterEvents : IAsyncDisposable
{
    private static readonly TimeSpan BeforeWatchingAgain = TimeSpan.FromSeconds(1);

    private readonly KubernetesApi api;
    private readonly string namespaceName;
    private readonly TimeProvider clock;
    private readonly Action<string>? onDetail;
    private readonly CancellationTokenSource watching = new();
    private readonly Channel<bool> events = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private readonly List<Task> watches = [];

    /// <summary>Prepares to watch; nothing is sent yet.</summary>
    /// <param name="api">The API.</param>
    /// <param name="namespaceName">The namespace.</param>
    /// <param name="clock">The clock.</param>
    /// <param name="onDetail">Told of watches that failed and are begun again.</param>
    public ClusterEvents(KubernetesApi api, string namespaceName, TimeProvider clock, Action<string>? onDetail)
    {
        this.api = api;
        this.namespaceName = namespaceName;
        this.clock = clock;
        this.onDetail = onDetail;
    }

    /// <summary>Watches a kind as well.</summary>
    /// <param name="resource">The kind.</param>
    /// <param name="labelSelector">A label selector; null for all.</param>
    /// <param name="fieldSelector">A field selector; null for all.</param>
    /// <returns>This.</returns>
    public ClusterEvents Watch(KubernetesResource resource, string? labelSelector, string? fieldSelector)
    {
        watches.Add(FollowAsync(resource, labelSelector, fieldSelector));
        return this;
    }

    /// <summary>Waits for the next event.</summary>
    /// <param name="atMost">How long at most; the caller looks then all the same.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>A task that ends with the event, or when the time is over.</returns>
    public async Task NextAsync(TimeSpan atMost, CancellationToken cancellationToken)
    {
        using var until = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        using ITimer timer = clock.CreateTimer(static state => ((CancellationTokenSource)state!).Cancel(), until, atMost, Timeout.InfiniteTimeSpan);
        try
        {
            await events.Reader.ReadAsync(until.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            // The time is over and no event came.
        }
    }

    /// <summary>Ends all watches.</summary>
    /// <returns>A task that ends with them.</returns>
    public async ValueTask DisposeAsync()
    {
        await watching.CancelAsync().ConfigureAwait(false);
        await Task.WhenAll(watches).ConfigureAwait(false);
        watching.Dispose();
    }

    private async Task FollowAsync(KubernetesResource resource, string? labelSelector, string? fieldSelector)
    {
        while (!watching.IsCancellationRequested)
        {
            try
            {
                await foreach ((string, JsonElement) _ in api.WatchAsync(resource, namespaceName, labelSelector, fieldSelector, watching.Token).ConfigureAwait(false))
                {
                    events.Writer.TryWrite(true);
                }
            }
            catch (OperationCanceledException)
            {
                return;
            }
            catch (Exception exception) when (exception is ConsulPetsException or HttpRequestException or IOException or JsonException)
            {
                // The looks go on by themselves, and meet the same fault with its own error if it stays.
                onDetail?.Invoke($"watch of {resource.QualifiedName}: {exception.Message}");
            }

            await Task.Delay(BeforeWatchingAgain, clock, watching.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }
}
