using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Relay.Testing;

/// <summary>One of several Sentinels that watch a Redis and, when it is gone, agree to make its replica the primary.</summary>
public sealed class RedisSentinel : IAsyncDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("relay-sentinel-");
    private readonly Process _process;

    private RedisSentinel(string service, int primary, string password, int quorum)
    {
        // Sentinels write what they know into their own configuration. When they do not agree at once, they try again after
        // twice the time that a failover may take.
        var file = Path.Combine(_folder.FullName, "sentinel.conf");
        File.WriteAllText(file, string.Create(CultureInfo.InvariantCulture, $"""
            port {Port}
            bind 127.0.0.1
            sentinel monitor {service} 127.0.0.1 {primary} {quorum}
            sentinel auth-pass {service} {password}
            sentinel down-after-milliseconds {service} 1000
            sentinel failover-timeout {service} 3000

            """));
        _process = Process.Start(new ProcessStartInfo(Requires.Tool("redis-server"), [file, "--sentinel"]) { RedirectStandardOutput = true })!;
        _ = _process.StandardOutput.ReadToEndAsync();
    }

    /// <summary>Where it is asked.</summary>
    public int Port { get; } = FreePort.Tcp();

    /// <summary>Starts so many, of which more than half have to agree. What <paramref name="primary"/> has for a replica they find out.</summary>
    public static IReadOnlyList<RedisSentinel> Start(int count, string service, RedisServer primary, string password)
    {
        ArgumentNullException.ThrowIfNull(primary);
        return [.. Enumerable.Range(0, count).Select(_ => new RedisSentinel(service, primary.Port, password, count / 2 + 1))];
    }

    /// <summary>Gives a command, and returns its answer; nothing while it does not listen yet.</summary>
    public async Task<string> CommandAsync(string command)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            await socket.ConnectAsync(IPAddress.Loopback, Port);
            return await RedisCommands.AskAsync(socket, command);
        }
        catch (SocketException)
        {
            return "";
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited) _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
        _folder.Delete(recursive: true);
    }
}
