using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Relay.Server.Tests.Http;
using Relay.Server.Transport;
using Relay.Server.Transport.Epoll;

namespace Relay.Server.Tests.Transport;

public sealed class SocketListenerTests
{
    private static readonly IPEndPoint AnyPort = new(IPAddress.Loopback, 0);

    [Fact]
    public async Task Bind_ToAPortInUse_SaysSo()
    {
        var factory = Factory();
        await using var first = await factory.BindAsync(AnyPort, TestContext.Current.CancellationToken);
        var error = await Assert.ThrowsAsync<AddressInUseException>(() => factory.BindAsync(first.EndPoint, TestContext.Current.CancellationToken).AsTask());
        Assert.Contains(first.EndPoint.ToString()!, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Bind_ToAForeignAddress_PassesTheSystemsError()
    {
        var error = await Assert.ThrowsAsync<SocketException>(
            () => Factory().BindAsync(new IPEndPoint(IPAddress.Parse("192.0.2.1"), 0), TestContext.Current.CancellationToken).AsTask());
        Assert.Equal(SocketError.AddressNotAvailable, error.SocketErrorCode);
    }

    [Fact]
    public async Task Listener_OnEveryAddress_TakesIPv4()
    {
        await using var listener = await Factory().BindAsync(new IPEndPoint(IPAddress.IPv6Any, 0), TestContext.Current.CancellationToken);
        await using var client = await WireClient.ConnectAsync(((IPEndPoint)listener.EndPoint).Port);
        await using var connection = await Wait.For(listener.AcceptAsync(TestContext.Current.CancellationToken).AsTask(), "the connection");
        Assert.Equal(client.Socket.LocalEndPoint, connection!.RemoteEndPoint);
        Assert.Equal(client.Socket.RemoteEndPoint, connection.LocalEndPoint);
    }

    [Fact]
    public async Task Unbind_EndsAccepting_AndLeavesConnections()
    {
        await using var listener = await Factory().BindAsync(AnyPort, TestContext.Current.CancellationToken);
        await using var client = await WireClient.ConnectAsync(((IPEndPoint)listener.EndPoint).Port);
        await using var connection = await Wait.For(listener.AcceptAsync(TestContext.Current.CancellationToken).AsTask(), "the connection");
        var next = listener.AcceptAsync(TestContext.Current.CancellationToken).AsTask();
        await listener.UnbindAsync(TestContext.Current.CancellationToken);
        Assert.Null(await Wait.For(next, "accepting to end"));
        Assert.Null(await listener.AcceptAsync(TestContext.Current.CancellationToken));

        await connection!.Transport.Output.WriteAsync(new byte[] { 7 }, TestContext.Current.CancellationToken);
        Assert.Equal([7], await client.ReadAsync(1));
    }

    [Fact]
    public async Task AcceptErrors_AreCountedAndWaitedOut_AndLoggedOnceAMinute()
    {
        var time = new FakeTimeProvider();
        var gate = new ConnectionGate(time);
        var log = new CountingLogger();
        using var socket = ListenSocket.Bind(AnyPort, 10);
        var failures = 3;
        await using var listener = new SocketListener(socket, ListenerRole.Public, gate, new SocketTransportOptions(), EventLoops.ForThisMachine(log), time, log)
        {
            Accept = () => failures-- > 0 ? throw new SocketException((int)SocketError.TooManyOpenSockets) : socket.Accept(),
        };
        await using var client = await WireClient.ConnectAsync(((IPEndPoint)listener.EndPoint).Port);
        var began = TimeProvider.System.GetTimestamp();
        var connection = await Wait.For(listener.AcceptAsync(TestContext.Current.CancellationToken).AsTask(), "the connection is accepted");
        Assert.InRange(TimeProvider.System.GetElapsedTime(began).TotalMilliseconds, 100, 10_000);
        connection!.Abort();
        Assert.Equal((3, 1, 1), (gate.AcceptErrors, gate.Accepted, log.Count));
    }

    [Fact]
    public async Task Connection_AbortedTwiceAndDisposed_LeavesTheGateOnce()
    {
        var gate = new ConnectionGate(TimeProvider.System);
        await using var listener = await Factory(gate).BindAsync(AnyPort, TestContext.Current.CancellationToken);
        await using var client = await WireClient.ConnectAsync(((IPEndPoint)listener.EndPoint).Port);
        var connection = (await Wait.For(listener.AcceptAsync(TestContext.Current.CancellationToken).AsTask(), "the connection"))!;
        var closed = connection.ConnectionClosed;
        Assert.Equal(1, gate.Open);
        connection.Abort();
        connection.Abort();
        await Wait.Until(() => closed.IsCancellationRequested, "the end is told");
        await connection.DisposeAsync();
        Assert.Equal(0, gate.Open);
        Assert.True(connection.ConnectionClosed.IsCancellationRequested);
    }

    private static SocketTransportFactory Factory(ConnectionGate? gate = null) =>
        new(new SocketTransportOptions(), gate ?? new ConnectionGate(TimeProvider.System), TimeProvider.System, NullLogger<SocketTransportFactory>.Instance);

    private sealed class CountingLogger : ILogger
    {
        public int Count { get; private set; }

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) => Count++;
    }
}
