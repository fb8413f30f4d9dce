using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Relay.Testing;

/// <summary>A Redis of a test's own, on a free port of loopback, that keeps nothing. Killed at the end, by its id.</summary>
public sealed class RedisServer : IAsyncDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("relay-redis-").FullName;
    private readonly int _port = FreePort.Tcp();
    private Process? _process;

    private RedisServer()
    {
    }

    /// <summary>As <c>--cluster</c> takes it.</summary>
    public Uri Url => new($"redis://127.0.0.1:{_port}");

    /// <summary>Starts one; the test is skipped where there is no redis-server.</summary>
    public static async Task<RedisServer> StartAsync()
    {
        var server = new RedisServer();
        await server.RestartAsync();
        return server;
    }

    /// <summary>Starts it, empty, after it was killed.</summary>
    public async Task RestartAsync()
    {
        _process = Process.Start(new ProcessStartInfo(
            Requires.Tool("redis-server"), ["--port", $"{_port}", "--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--dir", _folder])
        {
            RedirectStandardOutput = true,
        })!;
        _ = _process.StandardOutput.ReadToEndAsync();
        await Eventually.True(IsUpAsync, "Redis to answer");
    }

    /// <summary>Ends it at once, with all it knows.</summary>
    public async Task KillAsync()
    {
        if (_process is null) return;
        _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
        _process = null;
    }

    /// <summary>Gives a command, such as <c>FLUSHALL</c>, and returns the first line of its answer.</summary>
    public async Task<string> CommandAsync(string command) => (await CommandLinesAsync(command))[0];

    /// <summary>Gives a command and returns the lines of its answer, of which there are few.</summary>
    public async Task<string[]> CommandLinesAsync(string command)
    {
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(new IPEndPoint(IPAddress.Loopback, _port));
        await socket.SendAsync(Encoding.ASCII.GetBytes($"{command}\r\n"));
        var answer = new byte[4096];
        var length = await socket.ReceiveAsync(answer);
        return Encoding.ASCII.GetString(answer, 0, length).Split(["\r\n", "\n"], StringSplitOptions.None);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await KillAsync();
        Directory.Delete(_folder, recursive: true);
    }

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
