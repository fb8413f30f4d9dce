using System.Net;
using System.Net.Security;
using Relay.Client.Connections;
using Relay.Protocol.Handshake;
using Relay.Protocol.Keys;

namespace Relay.Client;

/// <summary>
/// One connection to a relay, until it breaks (<see cref="RelayClient"/> makes new ones). Sending is thread safe; receiving is
/// for one caller at a time, and somebody has to do it: pings are answered and pongs are seen only while receiving.
/// </summary>
public sealed partial class RelayConnection : IAsyncDisposable
{
    private static readonly TimeSpan CloseTimeout = TimeSpan.FromSeconds(1);

    private readonly RelayClientOptions _options;
    private readonly Stream _stream;
    private readonly FrameInput _input;
    private readonly FrameOutput _output;
    private readonly PendingPings _pings;
    private readonly SilenceWatch _watch;
    private volatile RelayException? _failure;
    private volatile bool _disposed;
    private int _closed;

    internal RelayConnection(Connector.Connected connected, RelayClientOptions options)
    {
        _options = options;
        var result = connected.Handshake;
        (_stream, _input) = (result.Stream, result.Input);
        (ServerKey, ServerInfo, FastStarted) = (result.ServerKey, result.ServerInfo, result.FastStarted);
        Transport = result.IsWebSocket ? RelayTransport.WebSocket : RelayTransport.Raw;
        (Tls, RemoteEndPoint, Timings, Name) = (connected.Tls, connected.Remote, connected.Timings, connected.Target.Name);
        _output = new FrameOutput(_stream, options.TimeProvider, e => Fail(Broken(e)));
        _output.Limiter(TokenBucket.For(ServerInfo, options.TimeProvider));
        _pings = new PendingPings(options.TimeProvider);
        _watch = new SilenceWatch(
            options.TimeProvider,
            options.SilenceTimeout,
            () => _output.WritingSince,
            reason => Fail(new RelayException(RelayError.Timeout, $"{Name} {reason}")));
    }

    /// <summary>The relay's host, and its port where that is not the usual one.</summary>
    public string Name { get; }

    /// <summary>The relay's public key.</summary>
    public NodeKey ServerKey { get; }

    /// <summary>What the relay last said about itself.</summary>
    public ServerInfo ServerInfo { get; private set; }

    /// <summary>The relay's key came with its certificate, which saved a round trip.</summary>
    public bool FastStarted { get; }

    /// <summary><see cref="RelayTransport.Raw"/> or <see cref="RelayTransport.WebSocket"/>.</summary>
    public RelayTransport Transport { get; }

    /// <summary>What the TLS handshake showed; null without TLS.</summary>
    public RelayTlsInfo? Tls { get; }

    /// <summary>The other end of the TCP connection (the proxy's, where there is one); null over a stream that was given.</summary>
    public EndPoint? RemoteEndPoint { get; }

    /// <summary>How long each step of connecting took.</summary>
    public ConnectTimings Timings { get; }

    /// <summary>Packets not sent because the relay announced a rate that they would have exceeded.</summary>
    public long PacketsOverRate => _output.Dropped;

    /// <summary>Why the connection is over; null while it stands.</summary>
    public RelayException? Failure => _failure;

    /// <summary>Connects to <paramref name="endpoint"/>; returns when the relay has admitted the key.</summary>
    /// <exception cref="RelayException">It did not come to that. At the latest after <see cref="RelayClientOptions.ConnectTimeout"/>.</exception>
    public static async Task<RelayConnection> ConnectAsync(RelayEndpoint endpoint, RelayClientOptions options, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(endpoint);
        ArgumentNullException.ThrowIfNull(options);
        return new RelayConnection(await new Connector(endpoint, options).ConnectAsync(null, cancellationToken).ConfigureAwait(false), options);
    }

    /// <summary>
    /// Connects over a stream that somebody else opened (a tunnel, say) to the endpoint's first node; TLS, if it has any, is
    /// spoken here. The stream is owned from now on. With <see cref="RelayTransport.Auto"/> only raw DERP is tried.
    /// </summary>
    /// <exception cref="RelayException">As <see cref="ConnectAsync"/>.</exception>
    public static async Task<RelayConnection> ConnectOverAsync(Stream stream, RelayEndpoint endpoint,
        RelayClientOptions options, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentNullException.ThrowIfNull(endpoint);
        ArgumentNullException.ThrowIfNull(options);
        return new RelayConnection(await new Connector(endpoint, options).ConnectAsync(stream, cancellationToken).ConfigureAwait(false), options);
    }

    /// <summary>Writes what has been taken for sending, for at most a second, then closes.</summary>
    public async ValueTask DisposeAsync()
    {
        _disposed = true;
        if (_failure is null) await SettleAsync(_output.WhenIdle).ConfigureAwait(false);
        if (_failure is null && _stream is SslStream tls) await SettleAsync(tls.ShutdownAsync).ConfigureAwait(false);
        Fail(new RelayException(RelayError.Closed, $"the connection to {Name} was closed on this side"));
        await CloseAsync().ConfigureAwait(false);
    }

    /// <summary>The relay's name and the transport.</summary>
    public override string ToString() => $"{Name} ({Transport})";

    // Ends it at once, whatever waits to be written.
    internal void Abandon(string why) => Fail(new RelayException(RelayError.Closed, $"the connection to {Name} was given up: {why}"));

    // SslStream's shutdown may throw right away, when the other side was faster.
    private async Task SettleAsync(Func<Task> step)
    {
        try
        {
            await step().WaitAsync(CloseTimeout, _options.TimeProvider).ConfigureAwait(false);
        }
        catch (Exception)
        {
            // The connection is being closed: what can no longer be said goes unsaid.
        }
    }

    private void Fail(RelayException failure)
    {
        if (Interlocked.CompareExchange(ref _failure, failure, null) is not null) return;
        _watch.Dispose();
        _output.Fail(failure);
        _pings.Fail(failure);
        _ = CloseAsync().AsTask();
    }

    // Ends reads and writes under way. Never throws: there is nobody left to tell.
    private async ValueTask CloseAsync()
    {
        if (Interlocked.Exchange(ref _closed, 1) != 0) return;
        try
        {
            await _stream.DisposeAsync().ConfigureAwait(false);
        }
        catch (Exception)
        {
            // It is closed.
        }
    }

    private RelayException Broken(Exception e) => e as RelayException
        ?? new RelayException(RelayError.Closed, $"the connection to {Name} broke: {RelayText.Printable(e.Message, 200)}", e);
}
