using System.Net.Sockets;
using System.Text;

namespace Relay.Testing;

/// <summary>Commands in Redis's inline form: a line each.</summary>
internal static class RedisCommands
{
    /// <summary>Gives one, and returns its answer as it comes, without the last line's end.</summary>
    public static async Task<string> AskAsync(Socket socket, string command)
    {
        await socket.SendAsync(Encoding.ASCII.GetBytes($"{command}\r\n"));
        var answer = new byte[64 * 1024];
        var length = await socket.ReceiveAsync(answer);
        return Encoding.ASCII.GetString(answer, 0, length).TrimEnd();
    }
}
