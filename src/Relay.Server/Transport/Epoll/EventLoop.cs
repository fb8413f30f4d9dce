using System.Diagnostics;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using Microsoft.Extensions.Logging;

namespace Relay.Server.Transport.Epoll;

/// <summary>
/// One thread that waits for the sockets of many connections (epoll, edge triggered) and serves those that have
/// something, turn by turn: what a turn brought is written at its end, so that packets from many senders to one receiver
/// share a write. Lives as long as the process.
/// </summary>
internal sealed class EventLoop
{
    private const int MaxEvents = 256;
    private const int Forever = -1;

    private static readonly EpollEvents Unused = new(1);

    private readonly Lock _lock = new();
    private readonly Stack<int> _free = new();
    private readonly int _epoll;
    private readonly ILogger _logger;
    private EpollSocketStream?[] _streams = new EpollSocketStream?[64];
    private uint[] _generations = new uint[64];
    private int _used;

    private EventLoop(int number, ILogger logger)
    {
        _logger = logger;
        _epoll = Libc.EpollCreate(Libc.CloseOnExec);
        if (_epoll < 0) throw new SocketException(Marshal.GetLastPInvokeError());
        var thread = new Thread(Run) { IsBackground = true, Name = $"relay loop {number}" };
        thread.UnsafeStart();
    }

    /// <summary>Whether this machine has what an event loop needs.</summary>
    public static bool Supported { get; } = OperatingSystem.IsLinux();

    /// <summary>One for each core.</summary>
    public static EventLoop[] Start(ILogger logger) =>
        [.. Enumerable.Range(0, Environment.ProcessorCount).Select(number => new EventLoop(number, logger))];

    /// <summary>From now on the stream hears of its socket. Returns what <see cref="Remove"/> asks for.</summary>
    /// <exception cref="SocketException">The kernel has no room for one more.</exception>
    public ulong Add(EpollSocketStream stream)
    {
        ulong id;
        lock (_lock)
        {
            if (!_free.TryPop(out var slot))
            {
                slot = _used++;
                if (slot == _streams.Length)
                {
                    Array.Resize(ref _generations, 2 * slot);
                    // Read by the loop without the lock: replaced, never seen half copied.
                    var larger = new EpollSocketStream?[2 * slot];
                    _streams.CopyTo(larger, 0);
                    Volatile.Write(ref _streams, larger);
                }
            }

            _streams[slot] = stream;
            id = (ulong)_generations[slot] << 32 | (uint)slot;
        }

        var wanted = new EpollEvents(1) { [0] = (Libc.In | Libc.Out | Libc.PeerClosed | Libc.EdgeTriggered, id) };
        if (Libc.EpollControl(_epoll, Libc.Add, stream.Socket.SafeHandle, in wanted.First) == 0) return id;
        var error = Marshal.GetLastPInvokeError();
        Free(id);
        throw new SocketException(error);
    }

    /// <summary>The stream hears of nothing any more. Before its socket is closed.</summary>
    public void Remove(ulong id, SafeSocketHandle socket)
    {
        try
        {
            _ = Libc.EpollControl(_epoll, Libc.Delete, socket, in Unused.First);
        }
        catch (ObjectDisposedException)
        {
            // Closing the last descriptor has removed it.
        }

        Free(id);
    }

    private void Free(ulong id)
    {
        lock (_lock)
        {
            var slot = (int)(uint)id;
            _streams[slot] = null;
            _generations[slot]++;
            _free.Push(slot);
        }
    }

    private void Run()
    {
        var events = new EpollEvents(MaxEvents);
        var turn = Turn.OfThisThread();
        var moderation = new Moderation(Stopwatch.GetTimestamp());
        Nap.BeExact();
        while (true)
        {
            var count = Libc.EpollWait(_epoll, ref events.First, events.Count, turn.HasWork ? 0 : Forever);
            turn.Begin(_logger);
            for (var i = 0; i < count; i++) Dispatch(events[i]);
            turn.End(_logger);
            if (moderation.PauseAfter(turn.Began, Stopwatch.GetTimestamp()) is var pause and > 0 && !turn.HasWork) Nap.Take(pause);
        }
    }

    private void Dispatch((uint Events, ulong Id) happened)
    {
        // An event may have been fetched before its connection was removed.
        var slot = (int)(uint)happened.Id;
        if (Volatile.Read(ref Volatile.Read(ref _streams)[slot]) is not { } stream || Volatile.Read(ref _generations)[slot] != (uint)(happened.Id >> 32)) return;
        try
        {
            stream.OnEvents(happened.Events);
        }
        catch (Exception e)
        {
            // Whatever a connection does must not end the others'.
            TransportLog.LoopFault(_logger, e);
            stream.Abort();
        }
    }
}
