using System.Text;

namespace Relay.Server.Http;

/// <summary>HTTP answers for connections that never reach the HTTP server.</summary>
internal static class PlainAnswer
{
    /// <summary>A whole response with a text body, after which the connection is closed.</summary>
    public static byte[] Close(string status, string text) => Encoding.ASCII.GetBytes(
        $"HTTP/1.1 {status}\r\nContent-Type: text/plain; charset=utf-8\r\nX-Content-Type-Options: nosniff\r\n" +
        $"Content-Length: {text.Length}\r\nConnection: close\r\n\r\n{text}");
}
