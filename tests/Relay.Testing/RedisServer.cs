using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Relay.Testing.Namespaces;
using Xunit;

namespace Relay.Testing;

/// <summary>A Redis of a test's own, on a free port of loopback, that keeps nothing on disk. Killed at the end, by its id.</summary>
public sealed class RedisServer : IAsyncDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("relay-redis-").FullName;
    private readonly NetworkNamespace? _host;
    private readonly string[] _flags;
    private readonly string? _password;
    private Process? _process;

    private RedisServer(NetworkNamespace? host, string? password, string[] flags) => (_host, _password, _flags) = (host, password, flags);

    /// <summary>Where it takes commands without TLS.</summary>
    public int Port { get; } = FreePort.Tcp();

    /// <summary>As <c>--cluster</c> takes it.</summary>
    public Uri Url => new($"redis://127.0.0.1:{Port}");

    /// <summary>Starts one with these flags besides its own; the test is skipped where there is no redis-server.</summary>
    public static Task<RedisServer> StartAsync(params string[] flags) => StartAsync(new RedisServer(null, null, flags));

    /// <summary>The same that asks for this password.</summary>
    public static Task<RedisServer> StartLockedAsync(string password, params string[] flags) =>
        StartAsync(new RedisServer(null, password, ["--requirepass", password, .. flags]));

    /// <summary>The same on a host of a test's own network, at all of its addresses.</summary>
    public static Task<RedisServer> StartOnAsync(NetworkNamespace host) => StartAsync(new RedisServer(host, null, []));

    /// <summary>Starts it, empty, after it was killed.</summary>
    public async Task RestartAsync()
    {
        string[] own =
        [
            "--port", $"{Port}", "--bind", _host is null ? "127.0.0.1" : "0.0.0.0", "--protected-mode", "no",
            "--save", "", "--appendonly", "no", "--repl-diskless-sync-delay", "0", "--dir", _folder,
        ];
        var program = Requires.Tool("redis-server");
        _process = _host is null
            ? Process.Start(new ProcessStartInfo(program, [.. own, .. _flags]) { RedirectStandardOutput = true })!
            : _host.Start(program, [.. own, .. _flags]);
        _ = _process.StandardOutput.ReadToEndAsync();
        await Eventually.True(IsUpAsync, "Redis to answer");
    }

    /// <summary>Ends it at once, with all it knows.</summary>
    public async Task KillAsync()
    {
        if (_process is null) return;
        _process.Kill();
        await _process.WaitForExitAsync();
        if (_host is null) _process.Dispose();
        _process = null;
    }

    /// <summary>Sends it a signal by name: <c>STOP</c> freezes it, connections and all, <c>CONT</c> lets it go on.</summary>
    public Task SignalAsync(string name) => Tool.RunAsync(Requires.Tool("kill"), $"-{name}", $"{_process!.Id}");

    /// <summary>Gives a command, such as <c>FLUSHALL</c>, and returns its answer as Redis sends it, without the last line's end.</summary>
    public async Task<string> CommandAsync(string command)
    {
        using var socket = await ConnectAsync(CancellationToken.None);
        if (_password is not null) Assert.Equal("+OK", await RedisCommands.AskAsync(socket, $"AUTH {_password}"));
        return await RedisCommands.AskAsync(socket, command);
    }

    /// <summary>A connection to it.</summary>
    public async Task<Socket> ConnectAsync(CancellationToken cancellation)
    {
        var socket = _host is null ? NewSocket() : _host.Make(NewSocket);
        try
        {
            await socket.ConnectAsync(new IPEndPoint(IPAddress.Loopback, Port), cancellation);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await KillAsync();
        Directory.Delete(_folder, recursive: true);
    }

    private static async Task<RedisServer> StartAsync(RedisServer server)
    {
        try
        {
            await server.RestartAsync();
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    private static Socket NewSocket() => new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);

    private async Task<bool> IsUpAsync()
    {
        try
        {
            return await CommandAsync("PING") == "+PONG";
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
