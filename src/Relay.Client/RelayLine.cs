using Relay.Client.Connections;
using Relay.Protocol.Keys;

namespace Relay.Client;

/// <summary>
/// A connection to a relay whose handshake is over, left to somebody who speaks in frames himself, as another relay of a mesh
/// does. Nothing is read, answered or watched here.
/// </summary>
public sealed class RelayLine
{
    private RelayLine(Handshake.Result result) =>
        (Stream, Received, ServerKey) = (result.Stream, result.Input.Unread.ToArray(), result.ServerKey);

    /// <summary>Carries frames both ways; one read and one write at a time. To be disposed of by the caller.</summary>
    public Stream Stream { get; }

    /// <summary>Bytes of frames that were read together with the handshake: they come before what <see cref="Stream"/> gives.</summary>
    public ReadOnlyMemory<byte> Received { get; }

    /// <summary>The relay's public key.</summary>
    public NodeKey ServerKey { get; }

    /// <summary>Connects to <paramref name="endpoint"/>; returns when the relay has admitted the key.</summary>
    /// <exception cref="RelayException">It did not come to that. At the latest after <see cref="RelayClientOptions.ConnectTimeout"/>.</exception>
    public static async Task<RelayLine> ConnectAsync(RelayEndpoint endpoint, RelayClientOptions options, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(endpoint);
        ArgumentNullException.ThrowIfNull(options);
        var connected = await new Connector(endpoint, options).ConnectAsync(null, cancellationToken).ConfigureAwait(false);
        return new RelayLine(connected.Handshake);
    }
}
