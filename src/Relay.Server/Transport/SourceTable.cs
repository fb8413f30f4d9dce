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

    // Who left is remembered for a second: in a full table, looking more often would find nothing, for each that comes.
    private static readonly TimeSpan SweepPause = TimeSpan.FromSeconds(1);

    private readonly Lock _lock = new();
    private readonly Dictionary<SourcePrefix, Source> _sources = [];
    private int _nextSweep = FirstSweep;
    private long _swept;

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
                if (_sources.Count >= _nextSweep && (_sources.Count < MaxSources || time.GetElapsedTime(_swept) >= SweepPause)) Sweep();
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

        // Never beyond what it can hold, or a table that is full would stay so for good.
        _nextSweep = Math.Clamp(2 * _sources.Count, FirstSweep, MaxSources);
        _swept = time.GetTimestamp();
    }

    private sealed class Source(AcceptBucket bucket)
    {
        public AcceptBucket Bucket => bucket;

        public int Open { get; set; }
    }
}
