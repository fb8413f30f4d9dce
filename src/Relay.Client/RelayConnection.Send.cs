using System.Buffers.Binary;
using Relay.Client.Connections;
using Relay.Protocol.Frames;
using Relay.Protocol.Keys;

namespace Relay.Client;

public sealed partial class RelayConnection
{
    private static readonly byte[] Preferred = [1], NotPreferred = [0];

    /// <summary>
    /// Sends a packet to <paramref name="to"/>. Completes when the packet has been copied for writing, at once unless 256 KiB
    /// are waiting for the network already. Where the relay has announced a rate
    /// (<see cref="PacketsOverRate"/>), what exceeds it is dropped, as relays expect. Thread safe.
    /// </summary>
    /// <param name="to">The receiver.</param>
    /// <param name="packet">0 to 65536 bytes; it must not change until the returned task completes.</param>
    /// <param name="cancellationToken">Ends the wait for room; the packet is then not sent.</param>
    /// <exception cref="ArgumentException">The packet is longer than 65536 bytes.</exception>
    /// <exception cref="RelayException">The connection is over.</exception>
    public ValueTask SendAsync(NodeKey to, ReadOnlyMemory<byte> packet, CancellationToken cancellationToken = default)
    {
        CheckPacket(packet);
        return SendAsync(OutgoingFrame.Send(to, packet), cancellationToken);
    }

    /// <summary>
    /// Takes a packet for sending if that needs no waiting, and leaves it lying until <see cref="Flush"/> (or another send):
    /// for a sender of many small packets that would rather lose one than wait. Copies the packet. Thread safe; never throws
    /// for a lost connection.
    /// </summary>
    /// <returns>False: dropped, since 256 KiB wait already, the relay's announced rate is used up, or the connection is over.</returns>
    /// <exception cref="ArgumentException">The packet is longer than 65536 bytes.</exception>
    public bool TryPost(NodeKey to, ReadOnlyMemory<byte> packet)
    {
        CheckPacket(packet);
        return !_disposed && _output.TryGather(OutgoingFrame.Send(to, packet));
    }

    /// <summary>Writes what <see cref="TryPost"/> took. Does not wait for it. Thread safe.</summary>
    public void Flush() => _output.Flush();

    /// <summary>
    /// Sends a packet in somebody else's name to a client of that relay. Needs mesh rights: the relay closes the connection of
    /// those without. Otherwise as <see cref="SendAsync(NodeKey, ReadOnlyMemory{byte}, CancellationToken)"/>; no rate applies.
    /// </summary>
    public ValueTask ForwardAsync(NodeKey from, NodeKey to, ReadOnlyMemory<byte> packet, CancellationToken cancellationToken = default)
    {
        CheckPacket(packet);
        return SendAsync(OutgoingFrame.Forward(from, to, packet), cancellationToken);
    }

    /// <summary>Tells the relay whether it is this client's home.</summary>
    /// <exception cref="RelayException">The connection is over.</exception>
    public ValueTask NotePreferredAsync(bool preferred, CancellationToken cancellationToken = default) =>
        SendAsync(OutgoingFrame.Plain(FrameType.NotePreferred, preferred ? Preferred : NotPreferred), cancellationToken);

    /// <summary>Asks to be told who connects and leaves. Needs mesh rights.</summary>
    /// <exception cref="RelayException">The connection is over.</exception>
    public ValueTask WatchConnectionsAsync(CancellationToken cancellationToken = default) =>
        SendAsync(OutgoingFrame.Plain(FrameType.WatchConns), cancellationToken);

    /// <summary>Asks the relay to close the connections of <paramref name="peer"/>. Needs mesh rights; there is no answer.</summary>
    /// <exception cref="RelayException">The connection is over.</exception>
    public ValueTask ClosePeerAsync(NodeKey peer, CancellationToken cancellationToken = default) =>
        SendAsync(OutgoingFrame.ClosePeer(peer), cancellationToken);

    /// <summary>Asks the relay for an answer, and returns how long that took. Somebody must be receiving meanwhile.</summary>
    /// <exception cref="RelayException">No answer within <see cref="RelayClientOptions.PingTimeout"/>, or the connection is over.</exception>
    public async Task<TimeSpan> PingAsync(CancellationToken cancellationToken = default)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        var (data, answer) = _pings.Start();
        try
        {
            var bytes = new byte[sizeof(ulong)];
            BinaryPrimitives.WriteUInt64BigEndian(bytes, data);
            await SendAsync(OutgoingFrame.Plain(FrameType.Ping, bytes), cancellationToken).ConfigureAwait(false);
            return await answer.WaitAsync(_options.PingTimeout, _options.TimeProvider, cancellationToken).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            throw new RelayException(RelayError.Timeout, $"{Name} did not answer a ping within {RelayText.Seconds(_options.PingTimeout)}");
        }
        finally
        {
            _pings.Forget(data);
        }
    }

    /// <summary>Completes when everything taken so far has been written, or the connection is over.</summary>
    public Task FlushAsync(CancellationToken cancellationToken = default) => _output.WhenIdle().WaitAsync(cancellationToken);

    private ValueTask SendAsync(in OutgoingFrame frame, CancellationToken cancellation)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        return _output.SendAsync(frame, cancellation);
    }

    private static void CheckPacket(ReadOnlyMemory<byte> packet)
    {
        if (packet.Length > FrameLimits.MaxPacket)
            throw new ArgumentException($"a packet has at most {FrameLimits.MaxPacket} bytes, not {packet.Length}", nameof(packet));
    }
}
