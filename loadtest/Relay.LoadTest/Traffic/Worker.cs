using System.Diagnostics;
using Relay.LoadTest.Links;

namespace Relay.LoadTest.Traffic;

/// <summary>One thread that serves the flows of some groups of clients, from the first packet to the last.</summary>
internal sealed class Worker : IDisposable
{
    private const int BufferSize = 64 * 1024;
    private const long LongestWait = 10_000_000; // nanoseconds

    private static readonly long LookIn = Stopwatch.Frequency / 1000;

    private readonly Poller _poller = new();
    private readonly List<Endpoint> _endpoints = [];
    private readonly List<Flow> _flows = [];
    private readonly PriorityQueue<Flow, long> _due = new();
    private readonly Queue<Endpoint> _unfinished = new();
    private readonly byte[] _buffer = new byte[BufferSize];
    private readonly RunClock _clock;
    private readonly Thread _thread;
    private volatile bool _stopped;

    internal Worker(RunClock clock, IReadOnlyList<int> processors, Action onFault)
    {
        _clock = clock;
        _thread = new Thread(() => Run(processors, onFault)) { Name = "load", IsBackground = true };
    }

    /// <summary>When the packets at hand were read.</summary>
    internal long Now { get; private set; }

    /// <summary>Why it ended too soon; null when all went well. To be read after <see cref="Join"/>.</summary>
    internal Exception? Fault { get; private set; }

    internal void Add(Endpoint endpoint)
    {
        endpoint.Index = _endpoints.Count;
        endpoint.Blocked = ListenForRoom;
        _poller.Add(endpoint.Link, endpoint.Index, reads: !endpoint.Plan.Frozen, writes: false);
        _endpoints.Add(endpoint);
    }

    internal void Add(Flow flow)
    {
        _flows.Add(flow);
        _due.Enqueue(flow, flow.NextDue);
    }

    internal void Start() => _thread.Start();

    /// <summary>Ends it before its time.</summary>
    internal void Stop() => _stopped = true;

    internal void Join() => _thread.Join();

    public void Dispose() => _poller.Dispose();

    private void Run(IReadOnlyList<int> processors, Action onFault)
    {
        try
        {
            Libc.WaitExactly();
            if (processors.Count > 0) Libc.PinThisThread(processors);
            while (!_stopped && (Now = Stopwatch.GetTimestamp()) < _clock.DrainEnd && !IsDone()) Turn();
        }
        catch (Exception e)
        {
            Fault = e;
            onFault();
        }
    }

    private bool IsDone() => Now >= _clock.WindowEnd && _flows.TrueForAll(flow => flow.Counters.Delivered == flow.Counters.Sent);

    private void Turn()
    {
        while (_due.TryPeek(out var flow, out var due) && due <= Now)
        {
            _due.Dequeue();
            flow.Advance(Now);
            // A flow that is blocked goes on when there is room; until then it looks in to skip what waited too long.
            // One that is late goes on in the next turn.
            _due.Enqueue(flow, flow.NextDue > Now ? flow.NextDue : Now + (flow.IsBlocked ? LookIn : 1));
        }

        var found = _poller.Wait(Patience());
        Now = Stopwatch.GetTimestamp();
        for (var left = _unfinished.Count; left > 0; left--) Read(_unfinished.Dequeue());
        for (var i = 0; i < found; i++)
        {
            var (index, readable, writable) = _poller[i];
            if (writable) GoOn(_endpoints[index]);
            if (readable) Read(_endpoints[index]);
        }
    }

    private long Patience()
    {
        if (_unfinished.Count > 0) return 0;
        var wait = _due.TryPeek(out _, out var due) ? due - Stopwatch.GetTimestamp() : long.MaxValue;
        return Math.Clamp((long)(RunClock.Seconds(wait) * 1e9), 0, LongestWait);
    }

    private void Read(Endpoint endpoint)
    {
        if (endpoint.Plan.Frozen)
        {
            // Whoever takes nothing is thrown out sooner or later, and the kernel would tell of it without end.
            _poller.Remove(endpoint.Link);
            return;
        }

        if (endpoint.OnReadable(_buffer)) _unfinished.Enqueue(endpoint);
        foreach (var flow in endpoint.Incoming) flow.Advance(Now);
    }

    private void GoOn(Endpoint endpoint)
    {
        endpoint.OnWritable();
        if (endpoint.IsBlocked) return;
        _poller.Change(endpoint.Link, endpoint.Index, reads: true, writes: false);
        foreach (var flow in endpoint.Outgoing) flow.Advance(Now);
    }

    // A connection has room nearly always: it is asked for only after it had none.
    private void ListenForRoom(Endpoint endpoint) => _poller.Change(endpoint.Link, endpoint.Index, reads: true, writes: true);
}
