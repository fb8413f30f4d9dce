using System.Buffers.Binary;
using System.Net;
using System.Runtime.InteropServices;

namespace Relay.Testing;

/// <summary>
/// Somebody who opens connections from a few addresses of loopback as fast as it is told to, and resets each at once: six
/// system calls each and no object, so that one thread makes tens of thousands a second. Linux only.
/// </summary>
public sealed partial class ConnectionFlood : IAsyncDisposable
{
    private const int Sources = 4;
    private const int AfInet = 2;
    private const int NonBlockingStream = 1 | 0x800 | 0x80000; // SOCK_STREAM, SOCK_NONBLOCK, SOCK_CLOEXEC
    private const int LevelSocket = 1;
    private const int Linger = 13;
    private const int LevelIp = 0;
    private const int BindAddressNoPort = 24;

    private readonly CancellationTokenSource _enough = new();
    private readonly TaskCompletionSource _over = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly byte[] _relay;
    private readonly int _perSecond;
    private long _attempts;
    private long _ended;

    private ConnectionFlood(IPEndPoint relay, int perSecond) => (_relay, _perSecond) = (Address(relay.Address, relay.Port), perSecond);

    /// <summary>Connections begun so far.</summary>
    public long Attempts => Volatile.Read(ref _attempts);

    /// <summary>Connections begun a second, once it has ended.</summary>
    public double PerSecond => Attempts / TimeProvider.System.GetElapsedTime(Began, _ended).TotalSeconds;

    private long Began { get; } = TimeProvider.System.GetTimestamp();

    /// <summary>Begins, from 127.0.0.2 and the following.</summary>
    public static ConnectionFlood Start(IPEndPoint relay, int perSecond)
    {
        var flood = new ConnectionFlood(relay, perSecond);
        new Thread(flood.Run) { IsBackground = true, Name = "flood" }.Start();
        return flood;
    }

    /// <summary>Ends it.</summary>
    public async Task EndAsync()
    {
        await _enough.CancelAsync();
        await Eventually.Done(_over.Task, "the flood to end");
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await EndAsync();
        _enough.Dispose();
    }

    private void Run()
    {
        var sources = Enumerable.Range(2, Sources).Select(host => Address(IPAddress.Parse($"127.0.0.{host}"), 0)).ToArray();
        while (!_enough.IsCancellationRequested)
        {
            var due = (long)(TimeProvider.System.GetElapsedTime(Began).TotalSeconds * _perSecond);
            if (_attempts >= due) _enough.Token.WaitHandle.WaitOne(1);
            for (; _attempts < due && !_enough.IsCancellationRequested; _attempts++) ConnectAndReset(sources[_attempts % Sources]);
        }

        _ended = TimeProvider.System.GetTimestamp();
        _over.SetResult();
    }

    private void ConnectAndReset(byte[] source)
    {
        var socket = NewSocket(AfInet, NonBlockingStream, 0);
        if (socket < 0) return;
        ReadOnlySpan<int> resets = [1, 0];
        ReadOnlySpan<int> yes = [1];
        _ = SetOption(socket, LevelSocket, Linger, in resets[0], 2 * sizeof(int));
        _ = SetOption(socket, LevelIp, BindAddressNoPort, in yes[0], sizeof(int));
        _ = Bind(socket, in source[0], source.Length);
        _ = Connect(socket, in _relay[0], _relay.Length);
        _ = Close(socket);
    }

    // struct sockaddr_in
    private static byte[] Address(IPAddress address, int port)
    {
        var bytes = new byte[16];
        BinaryPrimitives.WriteInt16LittleEndian(bytes, AfInet);
        BinaryPrimitives.WriteUInt16BigEndian(bytes.AsSpan(2), (ushort)port);
        address.TryWriteBytes(bytes.AsSpan(4), out _);
        return bytes;
    }

    [LibraryImport("libc", EntryPoint = "socket")]
    private static partial int NewSocket(int family, int type, int protocol);

    [LibraryImport("libc", EntryPoint = "setsockopt")]
    private static partial int SetOption(int socket, int level, int name, in int value, int length);

    [LibraryImport("libc", EntryPoint = "bind")]
    private static partial int Bind(int socket, in byte address, int length);

    [LibraryImport("libc", EntryPoint = "connect")]
    private static partial int Connect(int socket, in byte address, int length);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int Close(int socket);
}
