using System.Collections;
using System.Collections.Concurrent;
using System.Management.Automation;
using System.Management.Automation.Language;
using ConsulPets.Engine.Kubernetes;
using ConsulPets.Engine.Observing;

namespace ConsulPets.Completion;

/// <summary>What a completer knows of the command line so far.</summary>
/// <param name="KubeConfig">-KubeConfig; null when it is not there.</param>
/// <param name="Context">-Context; null when it is not there.</param>
/// <param name="Namespace">-Namespace; null when it is not there.</param>
/// <param name="PetSet">-PetSet; null when it is not there.</param>
public sealed record CompletionScope(string? KubeConfig, string? Context, string? Namespace, string? PetSet);

/// <summary>
/// Completes names that a cluster knows, within half a second or not at all: a prompt must never hang on a cluster that is away. What was learnt, also that
/// nothing was, is kept for some seconds, so that the next key does not ask again; a late answer is kept for the next try.
/// </summary>
public abstract class ClusterCompleter : IArgumentCompleter
{
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(450);
    private static readonly TimeSpan Freshness = TimeSpan.FromSeconds(10);
    private static readonly ConcurrentDictionary<(Type Completer, CompletionScope Scope), (long Asked, Task<IReadOnlyList<string>> Names)> Known = new();

    /// <inheritdoc/>
    public IEnumerable<CompletionResult> CompleteArgument(
        string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters)
    {
        ArgumentNullException.ThrowIfNull(fakeBoundParameters);
        var scope = new CompletionScope(Text("KubeConfig"), Text("Context"), Text("Namespace"), Text("PetSet"));
        string word = (wordToComplete ?? string.Empty).Trim('\'', '"');
        var pattern = new WildcardPattern(WildcardPattern.Escape(word) + "*", WildcardOptions.IgnoreCase);
        return Names(scope).Where(pattern.IsMatch).Select(static name =>
        {
            bool isPlain = name.All(static character => char.IsAsciiLetterOrDigit(character) || character is '-' or '_' or '.' or '/' or ':');
            string text = isPlain ? name : $"'{CodeGeneration.EscapeSingleQuotedStringContent(name)}'";
            return new CompletionResult(text, name, CompletionResultType.ParameterValue, name);
        }).ToArray();

        string? Text(string name) => fakeBoundParameters[name]?.ToString() is { Length: > 0 } text ? text : null;
    }

    /// <summary>Asks for the names.</summary>
    /// <param name="scope">The command line so far.</param>
    /// <param name="cancellationToken">Ends the call when nobody will wait any longer.</param>
    /// <returns>The names.</returns>
    protected abstract Task<IReadOnlyList<string>> AskAsync(CompletionScope scope, CancellationToken cancellationToken);

    /// <summary>Opens the cluster of a command line.</summary>
    /// <param name="scope">The command line so far.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns>What takes observations there.</returns>
    private protected static async Task<PetSetObserver> OpenAsync(CompletionScope scope, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(scope);
        return new PetSetObserver(new KubernetesApi(
            await KubernetesConnections.OpenAsync(new ClusterChoice(scope.KubeConfig, scope.Context), cancellationToken).ConfigureAwait(false)), null);
    }

    private IReadOnlyList<string> Names(CompletionScope scope)
    {
        (Type, CompletionScope) key = (GetType(), scope);
        long now = TimeProvider.System.GetTimestamp();
        if (!Known.TryGetValue(key, out (long Asked, Task<IReadOnlyList<string>> Names) known) || TimeProvider.System.GetElapsedTime(known.Asked, now) > Freshness)
        {
            known = (now, Task.Run(() => TryAskAsync(scope)));
            Known[key] = known;
        }

        return known.Names.Wait(Patience) ? known.Names.Result : [];
    }

    // A completer has no way to say what went wrong, and the command itself will: so nothing is offered.
    private async Task<IReadOnlyList<string>> TryAskAsync(CompletionScope scope)
    {
        using var giveUp = new CancellationTokenSource(TimeSpan.FromSeconds(5));
        try
        {
            return await AskAsync(scope, giveUp.Token).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is Errors.ConsulPetsException or OperationCanceledException or HttpRequestException or IOException)
        {
            return [];
        }
    }
}

/// <summary>Completes context names, from the kubeconfig files alone.</summary>
public sealed class ContextCompleter : ClusterCompleter
{
    /// <inheritdoc/>
    protected override Task<IReadOnlyList<string>> AskAsync(CompletionScope scope, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(scope);
        return Task.FromResult(KubeConfigLoader.ContextNames(new ClusterChoice(scope.KubeConfig, null)));
    }
}

/// <summary>Completes namespaces.</summary>
public sealed class NamespaceCompleter : ClusterCompleter
{
    /// <inheritdoc/>
    protected override async Task<IReadOnlyList<string>> AskAsync(CompletionScope scope, CancellationToken cancellationToken)
    {
        PetSetObserver observer = await OpenAsync(scope, cancellationToken).ConfigureAwait(false);
        return await observer.NamespaceNamesAsync(cancellationToken).ConfigureAwait(false);
    }
}

/// <summary>Completes the names of pet sets.</summary>
public sealed class PetSetCompleter : ClusterCompleter
{
    /// <inheritdoc/>
    protected override async Task<IReadOnlyList<string>> AskAsync(CompletionScope scope, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(scope);
        PetSetObserver observer = await OpenAsync(scope, cancellationToken).ConfigureAwait(false);
        return [.. (await observer.FindWorkloadsAsync(scope.Namespace ?? observer.Api.Connection.Namespace, null, cancellationToken).ConfigureAwait(false)).Select(static set => set.Name)];
    }
}

/// <summary>Completes the names of pets.</summary>
public sealed class PetCompleter : ClusterCompleter
{
    /// <inheritdoc/>
    protected override async Task<IReadOnlyList<string>> AskAsync(CompletionScope scope, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(scope);
        PetSetObserver observer = await OpenAsync(scope, cancellationToken).ConfigureAwait(false);
        return await observer.PetNamesAsync(scope.Namespace ?? observer.Api.Connection.Namespace, scope.PetSet, cancellationToken).ConfigureAwait(false);
    }
}
