using System.Security.Cryptography.X509Certificates;
using ConsulPets.Engine.Executing;
using ConsulPets.Engine.Observing;
using ConsulPets.Errors;
using ConsulPets.Planning.Certificates;

namespace ConsulPets.Engine.Security;

/// <summary>Turns the servers' certificate of a set without restarting a pet: another one into the Secret, and each agent reads its files again until it shows it.</summary>
/// <param name="observer">The cluster.</param>
/// <param name="workload">The set.</param>
/// <param name="given">The authority that has issued the certificate; null where the set keeps its own.</param>
/// <param name="clock">The clock.</param>
public sealed class CertificateTurner(PetSetObserver observer, ObservedWorkload workload, GivenAuthority? given, TimeProvider? clock = null)
{
    private readonly TimeProvider clock = clock ?? TimeProvider.System;
    private readonly CertificateSecret secret = new(observer.Api, workload);
    private readonly CertificateReader reader = new(observer.Api, workload);
    private readonly Dictionary<string, DateTimeOffset> reloaded = new(StringComparer.Ordinal);

    /// <summary>Told what it waits for.</summary>
    public Action<string>? OnWaiting { get; init; }

    /// <summary>Told of each step as soon as it is written.</summary>
    public Action<CertificateStep>? OnWritten { get; init; }

    /// <summary>Looks once, and writes nothing.</summary>
    /// <param name="cancellationToken">Ends the calls.</param>
    /// <returns>Whether a turn is under way.</returns>
    /// <exception cref="ConsulPetsException">CertificateNotKept, AuthorityKeyNeeded and what else stands in the way.</exception>
    public async Task<bool> PlanAsync(CancellationToken cancellationToken)
    {
        (_, bool isTurning, _) = await secret.ReadAsync(cancellationToken).ConfigureAwait(false);
        if (!isTurning)
        {
            (await secret.AuthorityAsync(given, cancellationToken).ConfigureAwait(false)).Dispose();
        }

        return isTurning;
    }

    /// <summary>Runs a turn to its end: the one that is under way, else a new one.</summary>
    /// <param name="patience">How long it may go without a pet that takes it up. The kubelet needs up to a minute and a half for a changed Secret.</param>
    /// <param name="cancellationToken">Ends it after the write that is under way: it can be continued.</param>
    /// <returns>A task.</returns>
    /// <exception cref="ConsulPetsException">SetIsLocked, LeaseLost, WaitTimedOut.</exception>
    public async Task RunAsync(TimeSpan patience, CancellationToken cancellationToken)
    {
        bool isBegun = false;
        int behind = int.MaxValue;
        await new TurnRunner(observer, workload, clock, "the servers' certificate").RunAsync(NextAsync, patience, OnWaiting, cancellationToken).ConfigureAwait(false);

        async Task<TurnResult> NextAsync(CancellationToken running)
        {
            (CertificateObservation look, string version) = await LookAsync(running).ConfigureAwait(false);
            isBegun |= look.IsUnderWay;
            CertificateDecision decision = CertificatePlanner.Decide(look, isBegun);
            if (decision.Step is not { } step)
            {
                return decision.IsDone ? TurnResult.Done : TurnResult.Wait(decision.Waiting!);
            }

            if (!await WriteAsync(step, look, version, running).ConfigureAwait(false))
            {
                return TurnResult.Wait("the Secret has changed meanwhile");
            }

            OnWritten?.Invoke(step);
            isBegun = true;

            // A pet that is told again and again makes no progress by that.
            int now = look.Shown.Count(shown => shown.SerialNumber != look.SerialNumber);
            bool isProgress = step.Kind != CertificateStepKind.Reload || now < behind;
            behind = Math.Min(behind, now);
            return isProgress ? TurnResult.Written : TurnResult.Wait($"{step.Pet} was told to read its files again");
        }
    }

    private async Task<(CertificateObservation Look, string Version)> LookAsync(CancellationToken cancellationToken)
    {
        (string serialNumber, bool isTurning, string version) = await secret.ReadAsync(cancellationToken).ConfigureAwait(false);
        PetSetObservation set = await observer.ObserveAgainAsync(workload, default, cancellationToken).ConfigureAwait(false);
        var shown = new List<ShownCertificate>();
        foreach (ObservedPod pod in isTurning ? set.Pods.Where(static pod => pod is { Running: true, Deleting: false }) : [])
        {
            shown.Add(new ShownCertificate(pod.Name, await ShownAsync(pod, cancellationToken).ConfigureAwait(false), reloaded.TryGetValue(pod.Uid, out DateTimeOffset when) ? when : null));
        }

        return (new CertificateObservation(set, serialNumber, isTurning, shown), version);
    }

    private async Task<string?> ShownAsync(ObservedPod pod, CancellationToken cancellationToken)
    {
        try
        {
            using X509Certificate2 certificate = await reader.ReadAsync(pod, cancellationToken).ConfigureAwait(false);
            return certificate.SerialNumber;
        }
        catch (ConsulPetsException exception) when (exception.Kind == ConsulPetsErrorKind.ConnectionError)
        {
            observer.OnDetail?.Invoke($"{pod.Name}: {exception.Message}");
            return null;
        }
    }

    private async Task<bool> WriteAsync(CertificateStep step, CertificateObservation look, string version, CancellationToken cancellationToken)
    {
        switch (step.Kind)
        {
            case CertificateStepKind.Issue:
                using (CertificateAuthority authority = await secret.AuthorityAsync(given, cancellationToken).ConfigureAwait(false))
                {
                    string datacenter = look.Set.ToPetSet().Datacenter ?? throw Planning.ConsulGate.Refusal(look.Set)!.ToException(workload.Name);
                    (string certificate, string key) = authority.Issue(workload.Name, workload.Namespace, datacenter, clock.GetUtcNow());
                    return await secret.ReplaceAsync(certificate, key, version, cancellationToken).ConfigureAwait(false);
                }

            case CertificateStepKind.Reload:
                ObservedPod pod = look.Set.Pods.First(candidate => candidate.Name == step.Pet);
                await observer.Agent(workload, pod).ReloadAsync(cancellationToken).ConfigureAwait(false);
                reloaded[pod.Uid] = look.Set.Taken;
                return true;
            default:
                return await secret.FinishAsync(version, cancellationToken).ConfigureAwait(false);
        }
    }
}
