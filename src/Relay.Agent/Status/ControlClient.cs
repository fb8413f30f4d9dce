using System.Net.Sockets;
using System.Text.Json;
using Relay.Agent.Commands;

namespace Relay.Agent.Status;

/// <summary>Asks a running agent.</summary>
internal static class ControlClient
{
    private const int MaxAnswer = 4 << 20;

    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(6);

    /// <summary>The agent of an interface, or the only one that runs.</summary>
    /// <exception cref="CommandException">None runs, or several do and none was named.</exception>
    internal static string Find(string? device, string? given, AgentEnvironment environment)
    {
        if (given is not null) return given;
        var found = ControlPaths.Find(environment.Variables).Where(p => device is null || Path.GetFileNameWithoutExtension(p) == device).Where(Answers).ToList();
        return found switch
        {
            [var only] => only,
            [] => throw CommandException.Unavailable(device is null ? "no agent runs here (relay up starts one), or this user may not ask it" : $"no agent runs for {device}; relay up starts one"),
            _ => throw CommandException.Usage($"several agents run; --interface with one of {string.Join(", ", found.Select(Path.GetFileNameWithoutExtension))} was expected"),
        };
    }

    /// <exception cref="CommandException">There is no answer.</exception>
    internal static async Task<ControlAnswer> AskAsync(string path, ControlRequest request, TimeProvider time, CancellationToken stop)
    {
        using var deadline = new CancellationTokenSource(Deadline, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, stop);
        try
        {
            using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(path), either.Token);
            await using var stream = new NetworkStream(socket);
            await stream.WriteAsync((byte[])[.. JsonSerializer.SerializeToUtf8Bytes(request, StatusJson.Default.ControlRequest), (byte)'\n'], either.Token);
            using var answer = new MemoryStream();
            var buffer = new byte[16 * 1024];
            while (await stream.ReadAsync(buffer, either.Token) is > 0 and var read)
            {
                if (answer.Length + read > MaxAnswer) throw CommandException.Unavailable($"{path}: an answer longer than {MaxAnswer} bytes");
                answer.Write(buffer, 0, read);
            }

            return JsonSerializer.Deserialize(answer.ToArray(), StatusJson.Default.ControlAnswer) ?? throw new JsonException("nothing");
        }
        catch (Exception e) when (e is SocketException or IOException or JsonException || (e is OperationCanceledException && !stop.IsCancellationRequested))
        {
            var denied = e is SocketException { SocketErrorCode: SocketError.AccessDenied };
            throw denied
                ? CommandException.NoPermission($"{path}: this user may not ask the agent; run as the agent's user or root", e)
                : CommandException.Unavailable($"{path}: no agent answers ({e.Message})", e);
        }
    }

    /// <summary>Whether somebody listens there.</summary>
    internal static bool Answers(string path)
    {
        try
        {
            using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            socket.Connect(new UnixDomainSocketEndPoint(path));
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
