namespace Relay.Client;

/// <summary>
/// Why there is no connection to a relay, or no longer one. <see cref="Exception.Message"/> is one line for a person: what was
/// tried, what came, and what would be right.
/// </summary>
public sealed class RelayException : Exception
{
    /// <summary>A failure of the kind <paramref name="error"/>, told in one line.</summary>
    public RelayException(RelayError error, string message, Exception? cause = null)
        : base(message, cause) => Error = error;

    /// <summary>What it failed on.</summary>
    public RelayError Error { get; }

    /// <summary>The HTTP status of the relay's (<see cref="RelayError.HttpStatus"/>) or the proxy's answer, or null.</summary>
    public int? HttpStatus { get; init; }

    /// <summary>
    /// What the TLS handshake showed, where one took place before the failure; of a certificate that was refused, without the
    /// version and the cipher suite.
    /// </summary>
    public RelayTlsInfo? Tls { get; internal set; }

    // One instance thrown by several callers would mix their stack traces.
    internal RelayException Again() => new(Error, Message, this) { HttpStatus = HttpStatus, Tls = Tls };
}
