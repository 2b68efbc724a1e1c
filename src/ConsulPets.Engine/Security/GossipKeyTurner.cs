using ConsulPets.Engine.Consul;
using ConsulPets.Engine.Executing;
using ConsulPets.Engine.Observing;
using ConsulPets.Errors;
using ConsulPets.Planning;
using ConsulPets.Planning.GossipKeys;

namespace ConsulPets.Engine.Security;

/// <summary>Turns the gossip key of a set, under the set's Lease: look, decide, write one thing, look again. A run that was killed is finished by another.</summary>
/// <param name="observer">The cluster.</param>
/// <param name="workload">The set.</param>
/// <param name="clock">The clock.</param>
public sealed class GossipKeyTurner(PetSetObserver observer, ObservedWorkload workload, TimeProvider? clock = null)
{
    private readonly TimeProvider clock = clock ?? TimeProvider.System;
    private readonly GossipKeySecret secret = new(observer.Api, workload);

    /// <summary>Told what it waits for.</summary>
    public Action<string>? OnWaiting { get; init; }

    /// <summary>Told of each step as soon as it is written.</summary>
    public Action<GossipKeyStep>? OnWritten { get; init; }

    /// <summary>Looks once and decides, and writes nothing.</summary>
    /// <param name="cancellationToken">Ends the calls.</param>
    /// <returns>The look and the first decision.</returns>
    /// <exception cref="ConsulPetsException">GossipNotEncrypted, ConsulUnreachable and what else stands in the way.</exception>
    public async Task<(GossipKeyObservation Look, GossipKeyDecision First)> PlanAsync(CancellationToken cancellationToken)
    {
        (GossipKeyObservation look, _) = await LookAsync(cancellationToken).ConfigureAwait(false);
        return (look, GossipKeyPlanner.Decide(look, isBegun: false));
    }

    /// <summary>Runs a turn to its end: the one that is under way, else a new one.</summary>
    /// <param name="patience">How long it may go without a step.</param>
    /// <param name="cancellationToken">Ends it after the write that is under way: it can be continued.</param>
    /// <returns>A task.</returns>
    /// <exception cref="ConsulPetsException">The planner's refusals, SetIsLocked, LeaseLost, WaitTimedOut.</exception>
    public async Task RunAsync(TimeSpan patience, CancellationToken cancellationToken)
    {
        bool isBegun = false;
        await new TurnRunner(observer, workload, clock, "the gossip key").RunAsync(NextAsync, patience, OnWaiting, cancellationToken).ConfigureAwait(false);

        async Task<TurnResult> NextAsync(CancellationToken running)
        {
            (GossipKeyObservation look, string version) = await LookAsync(running).ConfigureAwait(false);
            isBegun |= look.Kept is { Next: not null } or { Former: not null };
            GossipKeyDecision decision = GossipKeyPlanner.Decide(look, isBegun);
            if (decision.Refusal is { } refusal)
            {
                throw refusal.ToException($"{workload.Namespace}/{workload.Name}");
            }

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
            return TurnResult.Written;
        }
    }

    private async Task<(GossipKeyObservation Look, string Version)> LookAsync(CancellationToken cancellationToken)
    {
        (KeptGossipKeys keys, string version) = await secret.ReadAsync(cancellationToken).ConfigureAwait(false);
        PetSetObservation set = await observer.ObserveAgainAsync(workload, default, cancellationToken).ConfigureAwait(false);
        return (new GossipKeyObservation(set, set.Consul is null ? [] : await Agent(set).GossipPoolsAsync(cancellationToken).ConfigureAwait(false), keys), version);
    }

    private async Task<bool> WriteAsync(GossipKeyStep step, GossipKeyObservation look, string version, CancellationToken cancellationToken)
    {
        switch (step)
        {
            case GossipKeyStep.KeepNext:
                return await secret.KeepNextAsync(version, cancellationToken).ConfigureAwait(false);
            case GossipKeyStep.Install:
                await Agent(look.Set).InstallGossipKeyAsync(look.Kept.Next!, cancellationToken).ConfigureAwait(false);
                return true;
            case GossipKeyStep.Use:
                await Agent(look.Set).UseGossipKeyAsync(look.Kept.Next!, cancellationToken).ConfigureAwait(false);
                return true;
            case GossipKeyStep.Promote:
                return await secret.PromoteAsync(look.Kept, version, cancellationToken).ConfigureAwait(false);
            case GossipKeyStep.Remove:
                await Agent(look.Set).RemoveGossipKeyAsync(look.Kept.Former!, cancellationToken).ConfigureAwait(false);
                return true;
            default:
                return await secret.ForgetAsync(version, cancellationToken).ConfigureAwait(false);
        }
    }

    private ConsulClient Agent(PetSetObservation set) => observer.Agent(set.Workload, set.Pods.First(pod => pod.Name == set.Consul!.AnsweredBy));
}
