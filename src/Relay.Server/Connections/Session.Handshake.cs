using Relay.Protocol.Frames;
using Relay.Protocol.Handshake;
using Relay.Server.Admission;

namespace Relay.Server.Connections;

internal sealed partial class Session
{
    /// <summary>
    /// Greets, reads the ClientInfo, asks admission, and appends the ServerInfo. Null when all went well
    /// (spec/derp.md 8; deadlines 13).
    /// </summary>
    private async Task<EndReason?> HandshakeAsync()
    {
        var began = _context.Time.GetTimestamp();
        RestartDeadline();
        Greet();
        await Outbox.WhenIdleAsync().ConfigureAwait(false);

        RestartDeadline();
        int length;
        while (!TryFindClientInfo(out length, out var fault))
        {
            if (fault is not null) return fault;
            if (await ReceiveAsync().ConfigureAwait(false) == 0)
                return _buffer.IsEmpty ? EndReason.PeerClosed : EndReason.TruncatedFrame;
        }

        if (ReadClientInfo(length) is { } refused) return refused;

        RestartDeadline();
        HasMeshRights = _context.Options.MeshKey?.Grants(Info.MeshKey) ?? false;
        if (HasMeshRights) Outbox.MaxControlBytes = MaxMeshControlBytes;
        else if (!await AdmitAsync().ConfigureAwait(false)) return EndReason.NotAdmitted;

        Volatile.Write(ref _handshakeDeadline, 0);
        Announce(Rate);
        IsClient = true;
        _connection.Handshake?.Complete();
        _context.Handshakes.Complete(_context.Time.GetElapsedTime(began));
        return null;
    }

    private void RestartDeadline() =>
        Volatile.Write(ref _handshakeDeadline, _context.Clock.Milliseconds + (long)_context.Options.HandshakeTimeout.TotalMilliseconds);

    private void Greet()
    {
        var head = _connection.Greeting.Span;
        Span<byte> greeting = stackalloc byte[512];
        if (head.Length > greeting.Length - ServerKey.FrameSize) greeting = new byte[head.Length + ServerKey.FrameSize];
        head.CopyTo(greeting);
        var length = head.Length + ServerKey.Write(greeting[head.Length..], _context.Key.Public);
        Outbox.AppendControl(greeting[..length]);
        Outbox.Flush();
    }

    private bool TryFindClientInfo(out int length, out EndReason? fault)
    {
        (length, fault) = (0, null);
        var status = Frame.TryRead(_buffer.Data, FrameLimits.RelayAcceptsFirst, out var frame);
        if (status == FrameStatus.BadLength) fault = EndReason.HandshakeFrame;
        length = frame.TotalLength;
        return status == FrameStatus.Complete;
    }

    private EndReason? ReadClientInfo(int length)
    {
        var payload = _buffer.Data[FrameHeader.Size..length];
        var status = ClientInfo.TryRead(payload, _context.Key, out var key, out var info);
        _buffer.Consume(length);
        (Key, Info) = (key, info);
        return status switch
        {
            ClientInfoStatus.Ok => null,
            ClientInfoStatus.BadJson or ClientInfoStatus.BadMeshKey => EndReason.HandshakeJson,
            _ => EndReason.HandshakeProof,
        };
    }

    private async ValueTask<int> ReceiveAsync()
    {
        var ready = _connection.Stream.ReadAsync(Memory<byte>.Empty);
        if (!ready.IsCompleted) _buffer.Park();
        await ready.ConfigureAwait(false);
        var read = await _connection.Stream.ReadAsync(_buffer.Space()).ConfigureAwait(false);
        _buffer.Advance(read);
        return read;
    }

    private async ValueTask<bool> AdmitAsync()
    {
        var asked = _context.Time.GetTimestamp();
        var answer = await AskAsync().ConfigureAwait(false);
        _context.Admissions.Decide(answer.Result, _context.Time.GetElapsedTime(asked));
        if (answer.Grant is null) _context.Refusals.Note(Key, RemoteEndPoint?.Address, answer.Result);
        _grant = answer.Grant;
        return _grant is not null;
    }

    private async ValueTask<AdmissionAnswer> AskAsync()
    {
        using var deadline = new CancellationTokenSource(_context.Options.HandshakeTimeout, _context.Time);
        try
        {
            return await _context.Admission.AdmitAsync(Key, RemoteEndPoint?.Address, deadline.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            return AdmissionAnswer.Refuse(AdmissionResult.Unanswered);
        }
    }
}
