using System.Net.Sockets;
using System.Text.Json;
using Relay.Agent.Commands;
using Relay.Agent.Ping;
using Relay.Agent.Up;
using Relay.Protocol.Keys;

namespace Relay.Agent.Status;

/// <summary>
/// Answers <c>relay status</c> and <c>relay ping</c> on a Unix socket that only this user and root can open: a line of JSON
/// each way, then the connection ends.
/// </summary>
internal sealed class ControlServer : IAsyncDisposable
{
    private const int MaxRequest = 4096;
    private const int MaxAtOnce = 16;

    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(5), AfterFailure = TimeSpan.FromMilliseconds(100);

    private readonly AgentNode _node;
    private readonly Socket _listener;
    private readonly SemaphoreSlim _room = new(MaxAtOnce);

    private ControlServer(AgentNode node, Socket listener) => (_node, _listener) = (node, listener);

    /// <exception cref="CommandException">Another agent runs for this interface, or the folder may not be written.</exception>
    internal static ControlServer Open(AgentNode node)
    {
        var path = node.Settings.ControlPath;
        var listener = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
            if (File.Exists(path))
            {
                if (ControlClient.Answers(path)) throw CommandException.Unavailable($"{path}: another agent runs for {node.Settings.Device} already");
                File.Delete(path);
            }

            listener.Bind(new UnixDomainSocketEndPoint(path));
            if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
            listener.Listen(MaxAtOnce);
            return new ControlServer(node, listener);
        }
        catch (Exception e) when (e is SocketException or IOException or UnauthorizedAccessException)
        {
            listener.Dispose();
            throw CommandException.NoPermission($"--control {path}: the control socket cannot be made ({e.Message})", e);
        }
        catch
        {
            listener.Dispose();
            throw;
        }
    }

    /// <summary>Answers whoever asks, until it is stopped.</summary>
    internal async Task RunAsync(CancellationToken stop)
    {
        while (true)
        {
            await _room.WaitAsync(stop);
            try
            {
                _ = AnswerAsync(await _listener.AcceptAsync(stop), stop);
            }
            catch (SocketException)
            {
                // Whoever asked has gone already, or the process has no file left: the next one may have more luck.
                _room.Release();
                await Task.Delay(AfterFailure, _node.Time, stop);
            }
        }
    }

    public ValueTask DisposeAsync()
    {
        _listener.Dispose();
        try
        {
            File.Delete(_node.Settings.ControlPath);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The next start takes it over.
        }

        return ValueTask.CompletedTask;
    }

    private async Task AnswerAsync(Socket socket, CancellationToken stop)
    {
        try
        {
            using var deadline = new CancellationTokenSource(Deadline, _node.Time);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(stop, deadline.Token);
            await using var stream = new NetworkStream(socket, ownsSocket: true);
            var answer = await ReadAsync(stream, either.Token) is { } request
                ? await AnswerAsync(request, either.Token)
                : new ControlAnswer { Error = "no question; a line of JSON was expected" };
            await JsonSerializer.SerializeAsync(stream, answer, StatusJson.Default.ControlAnswer, either.Token);
            await stream.WriteAsync("\n"u8.ToArray(), either.Token);
        }
        catch (Exception)
        {
            // Whoever asked has gone, or asked for a peer that was removed meanwhile: this connection ends, and nothing else.
        }
        finally
        {
            _room.Release();
        }
    }

    private static async Task<ControlRequest?> ReadAsync(NetworkStream stream, CancellationToken stop)
    {
        var (buffer, length) = (new byte[MaxRequest], 0);
        while (length < buffer.Length)
        {
            var read = await stream.ReadAsync(buffer.AsMemory(length), stop);
            if (read == 0) break;
            length += read;
            if (buffer.AsSpan(0, length).IndexOf((byte)'\n') < 0) continue;
            try
            {
                return JsonSerializer.Deserialize(buffer.AsSpan(0, length), StatusJson.Default.ControlRequest);
            }
            catch (JsonException)
            {
                break;
            }
        }

        return null;
    }

    private async Task<ControlAnswer> AnswerAsync(ControlRequest request, CancellationToken stop)
    {
        if (request.Op == "status") return new ControlAnswer { Status = StatusReader.Read(_node) };
        if (request.Op != "ping") return new ControlAnswer { Error = "no such question; status or ping was expected" };
        if (!NodeKey.TryParse(request.Peer, out var key) || _node.Peers.Find(key) is not { } link) return new ControlAnswer { Error = "not a peer of this interface" };
        var answer = await _node.PingAsync(link, Math.Clamp(request.Size, EchoPacket.HeaderSize, AgentPing.MaxSize), stop);
        return new ControlAnswer
        {
            Ping = answer is { } a
                ? new PingAnswer(a.Time.TotalMilliseconds, _node.Relays.Network.Regions.Any(r => _node.Relays.NameOf(r.Region) == a.Via) ? "relay" : "direct", a.Via)
                : new PingAnswer(null, null, null),
        };
    }
}
