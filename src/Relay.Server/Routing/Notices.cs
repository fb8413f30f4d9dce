using Relay.Protocol.Frames;
using Relay.Protocol.Keys;
using Relay.Server.Connections;

namespace Relay.Server.Routing;

/// <summary>Control frames that are appended under the directory's lock, to be written after it.</summary>
internal sealed class Notices
{
    private readonly HashSet<Session> _told = [];

    public void Present(Session watcher, Session who)
    {
        Span<byte> frame = stackalloc byte[FrameWriter.PeerPresentSize];
        FrameWriter.PeerPresent(frame, who.Key, who.RemoteEndPoint, who.Presence);
        Append(watcher, frame);
    }

    public void Gone(Session receiver, NodeKey who)
    {
        Span<byte> frame = stackalloc byte[FrameWriter.PeerGoneSize];
        FrameWriter.PeerGone(frame, who, PeerGoneReason.Disconnected);
        Append(receiver, frame);
    }

    public void Duplicate(Session receiver, string problem)
    {
        receiver.TellHealth(HealthProblem.DuplicateKey, problem);
        _told.Add(receiver);
    }

    public void AreYouThere(Session receiver)
    {
        Span<byte> frame = stackalloc byte[FrameWriter.PingSize];
        FrameWriter.Ping(frame, "are you?"u8);
        Append(receiver, frame);
    }

    public void Flush()
    {
        foreach (var session in _told) session.Outbox.Flush();
    }

    private void Append(Session receiver, ReadOnlySpan<byte> frame)
    {
        receiver.Outbox.AppendControl(frame);
        _told.Add(receiver);
    }
}
