using Relay.Protocol.Frames;

namespace Relay.Server.Connections;

/// <summary>What is due at a time: deadlines, keep-alives, the end of what admission granted.</summary>
internal sealed partial class Session
{
    private long _handshakeDeadline;
    private long _keepAlivePeriod;
    private long _nextKeepAlive;

    /// <summary>Called by the heartbeat: deadlines and keep-alives.</summary>
    public void OnBeat(long now, DateTimeOffset date)
    {
        var deadline = Volatile.Read(ref _handshakeDeadline);
        if (deadline != 0 && now >= deadline) End(EndReason.HandshakeTimeout);

        if (TakesNothing(now)) End(EndReason.WriteTimeout);

        CheckGrant(date);
        var keepAlive = Volatile.Read(ref _nextKeepAlive);
        if (keepAlive == 0 || now < keepAlive) return;
        Volatile.Write(ref _nextKeepAlive, keepAlive + _keepAlivePeriod);
        Span<byte> frame = stackalloc byte[FrameHeader.Size];
        FrameWriter.KeepAlive(frame);
        Outbox.AppendControl(frame);
        Outbox.Flush();
    }

    // A slow client takes long for a large write, which is no fault of it: only one that takes nothing is given up. Where
    // somebody else has the socket, as with WebSockets, the whole write counts.
    private bool TakesNothing(long now)
    {
        var since = Outbox.WritingSince;
        var limit = HasMeshRights ? _context.Options.MeshWriteTimeout : _context.Options.WriteTimeout;
        if (since == 0 || now - since < limit.TotalMilliseconds) return false;
        return _connection.Socket is not { WriteGotOn: > 0 and var gotOn } || _context.Time.GetElapsedTime(gotOn) >= limit;
    }

    private void CheckGrant(DateTimeOffset now)
    {
        if (!IsClient || _grant is not { } grant) return;
        Volatile.Read(ref _pacer)?.WakeIfChanged(Rate, Network?.Rate);
        if (grant.IsOver(now)) End(EndReason.AdmissionOver);
        else if (grant.TakeRenewal(now)) _context.Admission.Renew(Key, RemoteEndPoint?.Address, grant);
    }
}
