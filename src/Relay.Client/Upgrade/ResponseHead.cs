using System.Globalization;
using System.Text;
using Relay.Client.Connections;

namespace Relay.Client.Upgrade;

/// <summary>The head of an HTTP/1.x response, of bounded size. What follows it stays in the input.</summary>
internal sealed class ResponseHead
{
    internal const int Limit = 16 * 1024;

    private readonly string[] _lines;

    private ResponseHead(string[] lines, int status) => (_lines, Status) = (lines, status);

    public int Status { get; }

    /// <summary>Status and reason, fit for a message.</summary>
    public string StatusLine => RelayText.Printable(_lines[0][9..]);

    /// <summary>A header's value; null when it is absent. Of several with one name the first.</summary>
    public string? Header(string name)
    {
        foreach (var line in _lines.AsSpan(1))
        {
            var colon = line.IndexOf(':', StringComparison.Ordinal);
            if (colon > 0 && line.AsSpan(0, colon).Equals(name, StringComparison.OrdinalIgnoreCase)) return line[(colon + 1)..].Trim();
        }

        return null;
    }

    /// <summary>Reads the head.</summary>
    /// <exception cref="RelayException">Of the kind <paramref name="error"/>: not HTTP, too long, or cut off.</exception>
    public static async Task<ResponseHead> ReadAsync(FrameInput input, RelayError error, string from, CancellationToken cancellation)
    {
        for (var searched = 0; ;)
        {
            var end = input.Unread[searched..].IndexOf("\r\n\r\n"u8);
            if (end >= 0)
            {
                var length = searched + end;
                var head = Parse(input.Unread[..length]) ??
                    throw new RelayException(error, $"{from} answered '{Start(input)}'; an HTTP/1.1 response was expected");
                input.Skip(length + 4);
                return head;
            }

            if (!LooksLikeHttp(input.Unread)) throw new RelayException(error, $"{from} answered '{Start(input)}'; an HTTP/1.1 response was expected");
            if (input.Unread.Length >= Limit) throw new RelayException(error, $"the head of the answer of {from} is longer than {Limit} bytes");
            searched = Math.Max(0, input.Unread.Length - 3);
            if (await input.FillAsync(cancellation).ConfigureAwait(false) == 0)
                throw new RelayException(error, input.InsideFrame
                    ? $"{from} closed the connection within the head of its answer"
                    : $"{from} closed the connection without an answer; an HTTP/1.1 response was expected");
        }
    }

    /// <summary>Whether these first bytes of a stream can be an HTTP response's.</summary>
    public static bool LooksLikeHttp(ReadOnlySpan<byte> bytes)
    {
        var expected = "HTTP/1."u8;
        var length = Math.Min(bytes.Length, expected.Length);
        return bytes[..length].SequenceEqual(expected[..length]);
    }

    private static ResponseHead? Parse(ReadOnlySpan<byte> head)
    {
        if (head.Length > Limit) return null;
        var lines = Encoding.Latin1.GetString(head).Split("\r\n");
        var status = lines[0];
        var valid = status.Length >= 12 && LooksLikeHttp(head) && status[8] == ' ' && (status.Length == 12 || status[12] == ' ');
        return valid && int.TryParse(status.AsSpan(9, 3), NumberStyles.None, CultureInfo.InvariantCulture, out var code) ? new ResponseHead(lines, code) : null;
    }

    private static string Start(FrameInput input) => RelayText.Printable(Encoding.Latin1.GetString(input.Unread[..Math.Min(40, input.Unread.Length)]));
}
