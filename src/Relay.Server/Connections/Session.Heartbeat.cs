using Relay.Protocol.Frames;

namespace Relay.Server.Connections;

/// <summary>What is due at a time: deadlines, keep-alives, the end of what admission granted.</summary>
internal sealed partial class Session
{
    private long _handshakeDeadline;
    private long _keepAlivePeriod;
    private long _nextKeepAlive;
    private Uptake _uptake;

    private TimeSpan WriteTimeout => HasMeshRights ? _context.Options.MeshWriteTimeout : _context.Options.WriteTimeout;

    /// <summary>Called by the heartbeat: deadlines and keep-alives.</summary>
    public void OnBeat(long now)
    {
        var deadline = Volatile.Read(ref _handshakeDeadline);
        if (deadline != 0 && now >= deadline) End(EndReason.HandshakeTimeout);

        if (_uptake.HasStalled(Outbox, _connection.Carrier, now, WriteTimeout, _context.Time)) End(EndReason.WriteTimeout);

        CheckGrant();
        var keepAlive = Volatile.Read(ref _nextKeepAlive);
        if (keepAlive == 0 || now < keepAlive) return;
        Volatile.Write(ref _nextKeepAlive, keepAlive + _keepAlivePeriod);
        Span<byte> frame = stackalloc byte[FrameHeader.Size];
        FrameWriter.KeepAlive(frame);
        Outbox.AppendControl(frame);
        Outbox.Flush();
    }

    private void CheckGrant()
    {
        if (!IsClient || _grant is not { } grant) return;
        Volatile.Read(ref _pacer)?.WakeIfChanged(Rate, Network?.Rate);
        if (grant.IsOver(_context.Time)) End(EndReason.AdmissionOver);
        else if (grant.TakeRenewal(_context.Time)) _context.Admission.Renew(Key, RemoteEndPoint?.Address, grant);
    }
}
