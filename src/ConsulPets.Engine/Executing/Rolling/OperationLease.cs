using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using ConsulPets.Engine.Kubernetes;
using ConsulPets.Errors;

namespace ConsulPets.Engine.Executing;

/// <summary>
/// Keeps two operators from changing one set at once: a Lease named after the set, renewed while the operation runs. A holder that is gone is recognised as client-go's leader election does
/// (k8s.io/client-go, tools/leaderelection): by a Lease that this process has seen unchanged for as long as it is good for. Clocks of two machines are never compared.
/// </summary>
public sealed class OperationLease : IAsyncDisposable
{
    private static readonly TimeSpan Good = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan BetweenRenewals = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromSeconds(1);

    private readonly KubernetesApi api;
    private readonly ObservedWorkload workload;
    private readonly TimeProvider clock;
    private readonly string holder;
    private readonly CancellationTokenSource ending = new();
    private readonly CancellationTokenSource lost = new();
    private long renewed;
    private Task renewing = Task.CompletedTask;

    private OperationLease(KubernetesApi api, ObservedWorkload workload, string holder, TimeProvider clock)
    {
        this.api = api;
        this.workload = workload;
        this.holder = holder;
        this.clock = clock;
    }

    /// <summary>Cancelled when the Lease could not be kept: nothing may be written any more.</summary>
    public CancellationToken Lost => lost.Token;

    private string Name => $"{workload.Name}-consulpets";

    /// <summary>Takes the Lease of a set. One that another operator holds is watched for as long as it is good for, and taken over when it is not renewed.</summary>
    /// <param name="api">The API.</param>
    /// <param name="workload">The set.</param>
    /// <param name="holder">Who takes it: a name that says which process on which machine.</param>
    /// <param name="clock">The clock.</param>
    /// <param name="onWaiting">Told who holds it.</param>
    /// <param name="cancellationToken">Ends the calls.</param>
    /// <returns>The Lease, which is renewed until it is disposed of.</returns>
    /// <exception cref="ConsulPetsException">SetIsLocked: another operator is at work; KubernetesForbidden.</exception>
    public static async Task<OperationLease> TakeAsync(
        KubernetesApi api, ObservedWorkload workload, string holder, TimeProvider clock, Action<string>? onWaiting, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(api);
        ArgumentNullException.ThrowIfNull(workload);
        ArgumentNullException.ThrowIfNull(clock);
        var lease = new OperationLease(api, workload, holder, clock);
        try
        {
            await lease.AcquireAsync(onWaiting, cancellationToken).ConfigureAwait(false);
            lease.renewing = lease.RenewAsync();
            return lease;
        }
        catch
        {
            lease.ending.Dispose();
            lease.lost.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await ending.CancelAsync().ConfigureAwait(false);
        await renewing.ConfigureAwait(false);
        if (!lost.IsCancellationRequested)
        {
            await GiveUpAsync().ConfigureAwait(false);
        }

        ending.Dispose();
        lost.Dispose();
    }

    private async Task AcquireAsync(Action<string>? onWaiting, CancellationToken cancellationToken)
    {
        string? seen = null;
        long since = 0;
        while (true)
        {
            JsonElement? found = await api.FindAsync(KubernetesResource.Leases, workload.Namespace, Name, cancellationToken).ConfigureAwait(false);
            string other = found?.TextOrNull("spec", "holderIdentity") ?? string.Empty;
            if (other.Length == 0 || other == holder)
            {
                if (await TryWriteAsync(found, cancellationToken).ConfigureAwait(false))
                {
                    return;
                }

                continue;
            }

            string version = found!.Value.Text("metadata", "resourceVersion");
            if (version != seen)
            {
                if (seen is not null)
                {
                    throw Locked(other);
                }

                seen = version;
                since = clock.GetTimestamp();
            }

            TimeSpan duration = TimeSpan.FromSeconds(found.Value.Number("spec", "leaseDurationSeconds") ?? (long)Good.TotalSeconds);
            if (clock.GetElapsedTime(since) >= duration)
            {
                if (await TryWriteAsync(found, cancellationToken).ConfigureAwait(false))
                {
                    return;
                }

                throw Locked(other);
            }

            onWaiting?.Invoke($"{other} holds the set's Lease; it is taken over if it is not renewed");
            await Task.Delay(BetweenLooks, clock, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task RenewAsync()
    {
        TimeSpan pause = BetweenRenewals;
        while (true)
        {
            await Task.Delay(pause, clock, ending.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (ending.IsCancellationRequested)
            {
                return;
            }

            bool isTaken = false;
            bool isRenewed = false;
            try
            {
                JsonElement? found = await api.FindAsync(KubernetesResource.Leases, workload.Namespace, Name, ending.Token).ConfigureAwait(false);
                isTaken = found?.TextOrNull("spec", "holderIdentity") != holder;
                isRenewed = !isTaken && await TryWriteAsync(found, ending.Token).ConfigureAwait(false);
            }
            catch (OperationCanceledException)
            {
                return;
            }
            catch (ConsulPetsException)
            {
                // The API server may be back in time.
            }

            if (isTaken || clock.GetElapsedTime(renewed) >= Good)
            {
                await lost.CancelAsync().ConfigureAwait(false);
                return;
            }

            pause = isRenewed ? BetweenRenewals : BetweenLooks;
        }
    }

    // False when somebody else wrote it meanwhile.
    private async Task<bool> TryWriteAsync(JsonElement? found, CancellationToken cancellationToken)
    {
        long asked = clock.GetTimestamp();
        string now = clock.GetUtcNow().ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", CultureInfo.InvariantCulture);
        bool isRenewal = found?.TextOrNull("spec", "holderIdentity") == holder;
        JsonObject lease = Manifest(
            new JsonObject
            {
                ["holderIdentity"] = holder,
                ["leaseDurationSeconds"] = (int)Good.TotalSeconds,
                ["acquireTime"] = isRenewal ? found?.TextOrNull("spec", "acquireTime") ?? now : now,
                ["renewTime"] = now,
                ["leaseTransitions"] = (found?.Number("spec", "leaseTransitions") ?? 0) + (isRenewal ? 0 : 1),
            },
            found);
        bool isWritten = found is null
            ? await api.TryCreateAsync(KubernetesResource.Leases, lease, cancellationToken).ConfigureAwait(false)
            : await api.TryReplaceAsync(KubernetesResource.Leases, lease, cancellationToken).ConfigureAwait(false);
        if (isWritten)
        {
            renewed = asked;
        }

        return isWritten;
    }

    private async Task GiveUpAsync()
    {
        // Also when the command was cancelled: the next one need not wait then.
        using var atMost = new CancellationTokenSource(TimeSpan.FromSeconds(5), clock);
        try
        {
            if (await api.FindAsync(KubernetesResource.Leases, workload.Namespace, Name, atMost.Token).ConfigureAwait(false) is { } found && found.TextOrNull("spec", "holderIdentity") == holder)
            {
                await api.TryReplaceAsync(KubernetesResource.Leases, Manifest(new JsonObject { ["holderIdentity"] = string.Empty, ["leaseDurationSeconds"] = 1 }, found), atMost.Token).ConfigureAwait(false);
            }
        }
        catch (Exception exception) when (exception is ConsulPetsException or OperationCanceledException)
        {
            // It runs out by itself.
        }
    }

    // It goes with the set.
    private JsonObject Manifest(JsonObject spec, JsonElement? found)
    {
        var metadata = new JsonObject
        {
            ["name"] = Name,
            ["namespace"] = workload.Namespace,
            ["ownerReferences"] = new JsonArray(new JsonObject
            {
                ["apiVersion"] = KubernetesResource.Of(workload.Kind).ApiVersion,
                ["kind"] = KubernetesResource.Of(workload.Kind).Kind,
                ["name"] = workload.Name,
                ["uid"] = workload.Uid,
            }),
        };
        if (found is { } lease)
        {
            metadata["resourceVersion"] = lease.Text("metadata", "resourceVersion");
        }

        return new JsonObject { ["apiVersion"] = KubernetesResource.Leases.ApiVersion, ["kind"] = KubernetesResource.Leases.Kind, ["metadata"] = metadata, ["spec"] = spec };
    }

    private ConsulPetsException Locked(string other) => new(
        "SetIsLocked",
        ConsulPetsErrorKind.ResourceBusy,
        $"{other} is at work on '{workload.Name}'.",
        "Wait until it is done, then run the command again",
        $"{workload.Namespace}/{workload.Name}");
}
