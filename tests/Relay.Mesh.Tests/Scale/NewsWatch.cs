using System.Collections.Concurrent;
using Relay.Mesh.Cluster;
using Relay.Mesh.Redis;
using Relay.Protocol.Keys;

namespace Relay.Mesh.Tests.Scale;

/// <summary>Hears the news as any relay does, and notes how long after a client came the region knew it.</summary>
internal sealed class NewsWatch : IClusterNews
{
    private readonly ConcurrentDictionary<NodeKey, long> _expected = new();
    private ConcurrentBag<double> _milliseconds = [];
    private long _messages;

    /// <summary>Messages heard, each of which tells of up to 512 keys.</summary>
    public long Messages => Volatile.Read(ref _messages);

    /// <summary>A message has come.</summary>
    public void Hear(byte[] message)
    {
        NewsReader.Read(message, this);
        Interlocked.Increment(ref _messages);
    }

    /// <summary>This client has just come.</summary>
    public void Expect(NodeKey key) => _expected[key] = TimeProvider.System.GetTimestamp();

    public void Claimed(NodeKey key, RelayId relay)
    {
        if (_expected.TryRemove(key, out var since)) _milliseconds.Add(TimeProvider.System.GetElapsedTime(since).TotalMilliseconds);
    }

    public void Unclaimed(NodeKey key, RelayId relay)
    {
    }

    public void MembersChanged()
    {
    }

    public void Resumed()
    {
    }

    /// <summary>What was noted since the last time, sorted.</summary>
    public IReadOnlyList<double> Take() => [.. Interlocked.Exchange(ref _milliseconds, []).Order()];
}
