using System.Runtime.CompilerServices;
using Relay.Protocol.Keys;

namespace Relay.Client.Regions;

/// <summary>Packets out, messages in.</summary>
internal sealed partial class RegionLink
{
    private readonly MessageMerge _merge;
    private readonly Action _onReceived;
    private ConfiguredValueTaskAwaitable<RelayMessage>.ConfiguredValueTaskAwaiter _receive;
    private volatile bool _posted, _used;
    private long _lastUsed;
    private RelayMessage _message;
    private Exception? _fault;

    /// <summary>The present connection's time; null while there is none.</summary>
    internal LinkUptime? Uptime => _uptime;

    /// <summary>Sends; false: dropped.</summary>
    internal ValueTask<bool> SendAsync(NodeKey to, ReadOnlyMemory<byte> packet, CancellationToken cancellation)
    {
        Use();
        try
        {
            return _client.SendAsync(to, packet, cancellation);
        }
        catch (ObjectDisposedException)
        {
            return new ValueTask<bool>(false);
        }
    }

    /// <summary>Takes a packet if that needs no waiting, and leaves it lying until <see cref="Flush"/>.</summary>
    internal bool TryPost(NodeKey to, ReadOnlyMemory<byte> packet)
    {
        if (!_client.TryPost(to, packet)) return false;
        Use();
        // After the packet: whoever takes the mark back flushes after that, and so this packet too.
        if (!_posted) _posted = true;
        return true;
    }

    internal void Flush()
    {
        if (!_posted) return;
        _posted = false;
        _client.Flush();
    }

    /// <summary>Keeps a packet for when the connection stands; false: it does.</summary>
    internal bool TryHold(NodeKey to, ReadOnlyMemory<byte> packet)
    {
        Use();
        return _waiting.TryAdd(to, packet, () => IsUp);
    }

    /// <summary>How long no packet has gone or come, in steps of these calls.</summary>
    internal TimeSpan IdleFor(long now)
    {
        if (_used) (_used, _lastUsed) = (false, now);
        return _time.GetElapsedTime(_lastUsed, now);
    }

    /// <summary>
    /// Asks for the next message. True: it is there, to be taken. False: it will be announced when it is, which is never if
    /// this link was closed.
    /// </summary>
    internal bool Begin()
    {
        try
        {
#pragma warning disable CA2012 // The awaiter is asked for its result once, here or in OnReceived.
            _receive = _client.ReceiveAsync().ConfigureAwait(false).GetAwaiter();
#pragma warning restore CA2012
            if (_receive.IsCompleted) return TryFinish();
        }
        catch (ObjectDisposedException)
        {
            return false;
        }

        _receive.UnsafeOnCompleted(_onReceived);
        return false;
    }

    /// <summary>The message that is there. Valid until the next is asked for.</summary>
    internal RelayMessage Take() => _fault is null ? _message : throw new InvalidOperationException("a handler threw", _fault);

    private void OnReceived()
    {
        if (TryFinish()) _merge.Add(this);
    }

    private bool TryFinish()
    {
        try
        {
            _message = _receive.GetResult();
        }
        catch (ObjectDisposedException)
        {
            return false;
        }
        catch (Exception e)
        {
            // Only a handler of events can have thrown it; there is no caller here, but the receiver.
            _fault = e;
            return true;
        }

        if (_message.Kind == RelayMessageKind.Packet) Use();
        else if (_message.Kind == RelayMessageKind.Restarting) _leaving = true;
        return true;
    }

    private void Use()
    {
        if (!_used) _used = true;
    }
}
