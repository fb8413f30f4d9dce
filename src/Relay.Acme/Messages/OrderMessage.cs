namespace Relay.Acme.Messages;

/// <summary>How an order stands (RFC 8555 7.1.3).</summary>
internal sealed record OrderMessage
{
    /// <summary><c>pending</c>, <c>ready</c>, <c>processing</c>, <c>valid</c> or <c>invalid</c>.</summary>
    public string? Status { get; init; }

    public Uri[]? Authorizations { get; init; }

    public Uri? Finalize { get; init; }

    /// <summary>Once it is valid.</summary>
    public Uri? Certificate { get; init; }

    /// <summary>Why it is invalid.</summary>
    public Problem? Error { get; init; }
}
