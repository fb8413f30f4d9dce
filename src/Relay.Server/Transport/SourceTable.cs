using System.Net;

namespace Relay.Server.Transport;

/// <summary>
/// Bounds the connections of each source. Remembers sources that have connections or came a moment ago, and so many at
/// most: when more come than it can hold, new ones pass unbounded here, and the limits for all take over. Thread safe.
/// </summary>
internal sealed class SourceTable(int maxOpen, int perSecond, TimeProvider time)
{
    private const int MaxSources = 200_000;
    private const int FirstSweep = 1024;

    private readonly Lock _lock = new();
    private readonly Dictionary<SourcePrefix, Source> _sources = [];
    private int _nextSweep = FirstSweep;

    public int Count
    {
        get
        {
            lock (_lock) return _sources.Count;
        }
    }

    public GateVerdict TryEnter(IPAddress address)
    {
        var prefix = SourcePrefix.Of(address);
        lock (_lock)
        {
            if (!_sources.TryGetValue(prefix, out var source))
            {
                if (_sources.Count >= _nextSweep) Sweep();
                source = new Source(new AcceptBucket(perSecond, time));
                if (_sources.Count < MaxSources) _sources.Add(prefix, source);
            }

            if (maxOpen > 0 && source.Open >= maxOpen) return GateVerdict.TooManyFromSource;
            if (!source.Bucket.TryTake()) return GateVerdict.TooFastFromSource;
            source.Open++;
            return GateVerdict.Admitted;
        }
    }

    public void Leave(IPAddress address)
    {
        lock (_lock)
        {
            if (_sources.TryGetValue(SourcePrefix.Of(address), out var source) && source.Open > 0) source.Open--;
        }
    }

    private void Sweep()
    {
        foreach (var (prefix, source) in _sources)
        {
            if (source.Open == 0 && source.Bucket.IsFull()) _sources.Remove(prefix);
        }

        _nextSweep = Math.Max(FirstSweep, 2 * _sources.Count);
    }

    private sealed class Source(AcceptBucket bucket)
    {
        public AcceptBucket Bucket => bucket;

        public int Open { get; set; }
    }
}
