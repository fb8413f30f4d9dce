namespace Relay.Server.Transport;

/// <summary>
/// The connections that are no client yet, oldest first, and so many at most. When it is full the oldest makes room, so
/// that those who connect and say nothing lock nobody out; but nobody is ended within <see cref="Grace"/>. A crowd that comes
/// back at once would otherwise throw each other out halfway, and never get anywhere. Thread safe; every call takes the same time.
/// </summary>
internal sealed class HandshakeTable(int max, TimeProvider time)
{
    /// <summary>What everybody who is let in has for its handshake, however many come after it.</summary>
    internal static readonly TimeSpan Grace = TimeSpan.FromSeconds(1);

    private readonly Lock _lock = new();
    private readonly LinkedList<Handshake> _underWay = new();

    public int Count
    {
        get
        {
            lock (_lock) return _underWay.Count;
        }
    }

    /// <summary>Whether one more may begin: there is room, or the oldest had its time.</summary>
    public bool HasRoom()
    {
        lock (_lock) return _underWay.Count < max || time.GetElapsedTime(_underWay.First!.Value.Since) >= Grace;
    }

    /// <summary>Adds one, and hands out the one that it takes the place of.</summary>
    public LinkedListNode<Handshake> Begin(Action abort, out Handshake? oldest)
    {
        lock (_lock)
        {
            oldest = null;
            if (_underWay.Count >= max)
            {
                oldest = _underWay.First!.Value;
                _underWay.RemoveFirst();
            }

            return _underWay.AddLast(new Handshake(abort, time.GetTimestamp()));
        }
    }

    /// <summary>It is a client now, or gone.</summary>
    public void End(LinkedListNode<Handshake> handshake)
    {
        lock (_lock)
        {
            if (handshake.List is not null) _underWay.Remove(handshake);
        }
    }
}
