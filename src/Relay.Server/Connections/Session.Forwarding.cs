using Relay.Protocol.Frames;
using Relay.Protocol.Keys;
using Relay.Server.Admission;
using Relay.Server.Queues;
using Relay.Server.Routing;

namespace Relay.Server.Connections;

/// <summary>
/// The forwarding path. Consecutive packets for one client form a run: each SendPacket frame is turned into its RecvPacket
/// frame in place (same length: the type changes, and the destination's key becomes the source's), and the whole run is
/// handed to the receiver's outbox with one lock and one copy. A run for a client of another relay stays as it is until that
/// copy, which turns it into ForwardPacket frames on the link there; on that relay frames lose a key, and those of a run are
/// moved together. Nothing here allocates in steady state.
/// </summary>
internal sealed partial class Session
{
    // Whom this client's packets were introduced to, so that they are told once when it leaves. Forgotten when it grows
    // beyond this: being introduced twice is harmless.
    private const int MaxIntroductions = 1024;

    private readonly HashSet<long> _introduced = [];

    // The same for each source that a mesh peer forwards from.
    private const int MaxForwardIntroductions = 64 * 1024;

    private readonly HashSet<(long Receiver, NodeKey Source)> _introducedForwards = [];

    private TokenBucket _questions = new(burst: 1024, perSecond: 256);

    // The last destination: most clients send to the same one again.
    private NodeKey _routeKey;
    private Peer? _routePeer;
    private IRoute? _route;

    // The last source that a mesh peer forwarded for. Asked about anew for each read.
    private NodeKey _forwardKey;
    private Network? _forwardNetwork;

    private void Send(Span<byte> data, int position, int length)
    {
        var frame = data.Slice(position, length);
        var key = frame.Slice(FrameHeader.Size, NodeKey.Size);
        var packet = frame[FrameWriter.PacketOverhead..];
        var kind = PacketKinds.Classify(packet);
        Counters.Received(kind, packet.Length);

        var goesOn = Continues(position, kind) && _routeKey.Equals(key) && _runSource.IsZero;
        if (!goesOn)
        {
            CloseRun(data);
            if (Route(key) is not { } route)
            {
                if (TryHold(frame, kind)) return;
                Counters.Dropped(DropReason.UnknownDestination, kind, packet.Length);
                TellNotHere(new NodeKey(key), kind);
                return;
            }

            if (route.Outbox is not { } target)
            {
                // It may be here again soon, but not by way of this relay now.
                Counters.Dropped(DropReason.LinkDown, kind, packet.Length);
                TellNotHere(new NodeKey(key), kind);
                return;
            }

            BeginRun(target, route.IsLink, kind, position);
            _runSource = default;
        }

        if (!_runToLink)
        {
            frame[0] = (byte)FrameType.RecvPacket;
            Key.CopyTo(key);
        }

        AddToRun(position, length, length);
    }

    // | 0x0A | length | source | destination | packet |  becomes, 32 bytes further on,
    //                 | 0x05 | length | source | packet |  so that those of a run are moved together.
    private void Forward(Span<byte> data, int position, int length)
    {
        var frame = data.Slice(position, length);
        FramePayload.TryReadForward(frame[FrameHeader.Size..], out var source, out var destination, out var packet);
        var kind = PacketKinds.Classify(packet);
        Counters.Received(kind, packet.Length);
        Counters.Frames.Forwarded++;
        if (source.IsZero)
        {
            Counters.Dropped(DropReason.InvalidForward, kind, packet.Length);
            return;
        }

        var goesOn = Continues(position, kind) && _runSource.Equals(source) && _runDestination.Equals(destination);
        if (!goesOn)
        {
            CloseRun(data);
            if (Receiver(source, destination, kind, packet.Length) is not { } target) return;
            BeginRun(target.Outbox, toLink: false, kind, position + NodeKey.Size);
            (_runSource, _runDestination) = (source, destination);
        }

        var delivered = data.Slice(_runStart + _runLength, length - NodeKey.Size);
        if (goesOn) packet.CopyTo(delivered[FrameWriter.PacketOverhead..]);
        FrameHeader.Write(delivered, FrameType.RecvPacket, NodeKey.Size + packet.Length);
        source.CopyTo(delivered[FrameHeader.Size..]);
        AddToRun(position, length, delivered.Length);
    }

    // Who gets what a mesh peer forwards; null: it is dropped, and counted.
    private Session? Receiver(NodeKey source, NodeKey destination, PacketKind kind, int bytes)
    {
        // Delivered here or dropped: never forwarded again, so that no packet can go in circles.
        if (_context.Directory.Find(destination)?.Local is not { } target)
        {
            Counters.Dropped(DropReason.UnknownDestinationOnForward, kind, bytes);
            TellNotHereAnyMore(destination);
            return null;
        }

        // The relay that forwards knows the sources it admitted, not whom they reach here. The key itself is here, so
        // that relay is told nothing.
        if (!IsOfNetwork(source, target.Network))
        {
            Counters.Dropped(DropReason.UnknownDestinationOnForward, kind, bytes);
            return null;
        }

        Introduce(source, target);
        return target;
    }

    // One question for each source and read: senders send in bursts.
    private bool IsOfNetwork(NodeKey source, Network? network)
    {
        if (!_forwardKey.Equals(source))
        {
            if (!_context.Admission.TryFindNetwork(source, out var found)) return false;
            (_forwardKey, _forwardNetwork) = (source, found);
        }

        return _forwardNetwork == network;
    }

    private IRoute? Route(ReadOnlySpan<byte> key)
    {
        // A route is asked for anew whenever the key's has changed.
        if (_route is not null && _routeKey.Equals(key) && _routePeer!.Route == _route) return _route;

        _routeKey = new NodeKey(key);
        _routePeer = _context.Directory.Find(_routeKey);
        _route = _routePeer?.Route;
        if (_route is not Session receiver) return _route;
        if (!Reaches(receiver)) _route = null;
        else if (receiver != this) Introduce(receiver);
        return _route;
    }

    // To the nodes of other networks a client is as good as not here.
    private bool Reaches(Session other) => other.Network == Network || HasMeshRights || other.HasMeshRights;

    private void Introduce(Session receiver)
    {
        if (_introduced.Count >= MaxIntroductions) _introduced.Clear();
        if (_introduced.Add(receiver.Id)) _context.Directory.Subscribe(receiver, Key);
    }

    private void Introduce(NodeKey source, Session receiver)
    {
        if (_introducedForwards.Count >= MaxForwardIntroductions) _introducedForwards.Clear();
        if (!_introducedForwards.Add((receiver.Id, source))) return;
        _context.Directory.Region?.OnHeard(source, Key);
        _context.Directory.Subscribe(receiver, source);
    }

    // Where somebody may know what the directory does not: at most so many questions a client.
    private bool TryHold(ReadOnlySpan<byte> frame, PacketKind kind) =>
        _context.Directory.Region is { } region && _questions.TryTake(_context.Clock.Milliseconds) && region.TryHold(_routeKey, Key, frame, kind);
}
