using ConsulPets.Sandbox.Api;
using Microsoft.AspNetCore.Http;

namespace ConsulPets.Sandbox.Streaming.Exec;

/// <summary>What <c>exec</c> and <c>attach</c> are asked to do.</summary>
/// <param name="Container">The container as it was named; null for the only one.</param>
/// <param name="Command">The program and its arguments; none for <c>attach</c>.</param>
/// <param name="Stdin">Whether the client sends input.</param>
/// <param name="Stdout">Whether it wants standard output.</param>
/// <param name="Stderr">Whether it wants standard error by itself. Never with a terminal, which shows both as one.</param>
/// <param name="Terminal">Whether it is a terminal that a person types on.</param>
internal sealed record ExecRequest(string? Container, IReadOnlyList<string> Command, bool Stdin, bool Stdout, bool Stderr, bool Terminal)
{
    /// <summary>Reads it.</summary>
    /// <param name="query">The query.</param>
    /// <param name="needsCommand">Whether a command must be there: for <c>exec</c>.</param>
    /// <returns>What is asked for.</returns>
    /// <exception cref="ApiException">It makes no sense.</exception>
    public static ExecRequest Read(IQueryCollection query, bool needsCommand)
    {
        bool terminal = query.Truth("tty");
        var request = new ExecRequest(
            query.Text("container"),
            [.. query["command"].OfType<string>()],
            query.Truth("stdin"),
            query.Truth("stdout"),
            query.Truth("stderr") && !terminal,
            terminal);
        if (!request.Stdin && !request.Stdout && !request.Stderr)
        {
            throw ApiException.BadRequest("you must specify at least 1 of stdin, stdout, stderr");
        }

        return needsCommand && request.Command.Count == 0 ? throw ApiException.BadRequest("you must specify at least one command for the container") : request;
    }
}
