using System.Threading.Channels;
using Relay.Protocol.Handshake;
using Relay.Protocol.Keys;
using Relay.Server.Connections;

namespace Relay.Server.Tests.Http;

/// <summary>Greets as the relay does, then sends back what it gets, and remembers what it was handed.</summary>
internal sealed class FakeRelay : IRelay
{
    private readonly Channel<RelayConnection> _served = Channel.CreateUnbounded<RelayConnection>();
    private readonly Channel<Exception?> _ends = Channel.CreateUnbounded<Exception?>();

    public NodeKey PublicKey { get; set; } = new(Enumerable.Range(1, 32).Select(i => (byte)i).ToArray());

    public bool Draining { get; set; }

    /// <summary>What a session does after the greeting.</summary>
    public Func<RelayConnection, Task> Session { get; set; } = EchoAsync;

    public byte[] ServerKeyFrame
    {
        get
        {
            var frame = new byte[ServerKey.FrameSize];
            ServerKey.Write(frame, PublicKey);
            return frame;
        }
    }

    public Task<RelayConnection> NextAsync() => Wait.For(_served.Reader.ReadAsync().AsTask(), "a connection to reach the relay");

    /// <summary>How the next session ended: null in order, otherwise what its stream threw.</summary>
    public Task<Exception?> NextEndAsync() => Wait.For(_ends.Reader.ReadAsync().AsTask(), "a session to end");

    public bool NothingServed => _served.Reader.Count == 0;

    public async Task<EndReason> ServeAsync(RelayConnection connection)
    {
        _served.Writer.TryWrite(connection);
        try
        {
            await connection.Stream.WriteAsync((byte[])[.. connection.Greeting.Span, .. ServerKeyFrame]);
            await Session(connection);
            _ends.Writer.TryWrite(null);
            return EndReason.PeerClosed;
        }
        catch (Exception e) when (e is IOException or OperationCanceledException or ObjectDisposedException)
        {
            _ends.Writer.TryWrite(e);
            return EndReason.ReadError;
        }
    }

    private static async Task EchoAsync(RelayConnection connection)
    {
        if (!connection.Received.IsEmpty) await connection.Stream.WriteAsync(connection.Received);
        var buffer = new byte[100_000];
        while (true)
        {
            Assert.Equal(0, await connection.Stream.ReadAsync(Memory<byte>.Empty));
            var read = await connection.Stream.ReadAsync(buffer);
            if (read == 0) return;
            await connection.Stream.WriteAsync(buffer.AsMemory(0, read));
        }
    }
}
