namespace ConsulPets.Fakes;

/// <summary>What is wrong with the server's certificate.</summary>
public enum FakeServerCertificate
{
    Good,
    Expired,
    WrongHost,
}

/// <summary>How the server listens and whom it lets in.</summary>
public sealed record FakeApiServerOptions
{
    public bool PlainHttp { get; init; }

    public FakeServerCertificate Certificate { get; init; }

    /// <summary>The bearer token that is demanded; null for none.</summary>
    public string? Token { get; init; }

    public bool DemandClientCertificate { get; init; }

    /// <summary>A Unix socket to listen on instead of the network, in plain HTTP; null for none.</summary>
    public string? UnixSocket { get; init; }
}

/// <summary>How the account of a kubeconfig proves itself.</summary>
public enum FakeAccount
{
    None,
    Token,
    ClientCertificate,
    ExpiredClientCertificate,
    ExecPlugin,
}

/// <summary>What a kubeconfig says.</summary>
public sealed record FakeKubeConfigOptions
{
    public string FileName { get; init; } = "config";

    public string Context { get; init; } = "fake";

    public string? Namespace { get; init; }

    public FakeAccount Account { get; init; } = FakeAccount.Token;

    public string Token { get; init; } = "fake-token";

    public string? TlsServerName { get; init; }

    public string? Impersonate { get; init; }

    /// <summary>The authorities to trust, in PEM; null for the server's own.</summary>
    public string? Authorities { get; init; }

    /// <summary>The server's URL; null for the fake's own.</summary>
    public string? Server { get; init; }

    /// <summary>Arguments of the exec plugin: a script beside the kubeconfig, which answers with <see cref="Token"/> and writes its arguments to <c>exec-arguments</c>, one a line.</summary>
    public IReadOnlyList<string> ExecArguments { get; init; } = [];
}
