using System.Net.Sockets;
using Microsoft.Extensions.Logging;

namespace Relay.Server.Transport.Epoll;

/// <summary>The event loops of this process, one for each core, among which connections are dealt out in turn. Thread safe.</summary>
internal sealed class EventLoops
{
    private static readonly Lock Starting = new();
    private static EventLoops? _started;

    private readonly EventLoop[] _loops;
    private uint _next;

    private EventLoops(EventLoop[] loops) => _loops = loops;

    /// <summary>No loops: sockets are served by .NET's own engine.</summary>
    public static EventLoops None { get; } = new([]);

    /// <summary>Those of this process; <see cref="None"/> where there is no epoll. The first caller's logger hears of faults.</summary>
    public static EventLoops ForThisMachine(ILogger logger)
    {
        if (!EventLoop.Supported) return None;
        lock (Starting) return _started ??= new EventLoops(EventLoop.Start(logger));
    }

    /// <summary>Makes an accepted socket a stream.</summary>
    /// <exception cref="SocketException">The kernel has no room for one more, or the connection is gone.</exception>
    public SocketStream Serve(Socket socket, TimeProvider time) => _loops.Length == 0
        ? new PortableSocketStream(socket, time)
        : new EpollSocketStream(socket, _loops[Interlocked.Increment(ref _next) % (uint)_loops.Length], time);
}
