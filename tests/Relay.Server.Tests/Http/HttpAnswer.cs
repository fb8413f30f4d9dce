using System.Globalization;

namespace Relay.Server.Tests.Http;

/// <summary>An HTTP/1 response taken apart.</summary>
internal sealed record HttpAnswer(int Status, IReadOnlyList<KeyValuePair<string, string>> Headers, string Body = "")
{
    public int Length => int.Parse(this["Content-Length"] ?? "0", CultureInfo.InvariantCulture);

    public string? this[string name] =>
        Headers.FirstOrDefault(header => header.Key.Equals(name, StringComparison.OrdinalIgnoreCase)).Value;

    public static HttpAnswer Parse(string head)
    {
        var lines = head.Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
        var headers = lines.Skip(1).Select(line => line.Split(": ", 2)).Select(parts => KeyValuePair.Create(parts[0], parts[1]));
        return new HttpAnswer(int.Parse(lines[0].Split(' ')[1], CultureInfo.InvariantCulture), [.. headers]);
    }
}
