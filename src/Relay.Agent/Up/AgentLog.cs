using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Relay.Agent.Up;

/// <summary>One line for each event: in words, or as a JSON object. Thread safe.</summary>
internal sealed class AgentLog(TextWriter output, bool json, TimeProvider time)
{
    private readonly Lock _gate = new();

    /// <param name="name">The event's name, for machines.</param>
    /// <param name="text">The event in words, one line.</param>
    /// <param name="fields">What the words say, for machines.</param>
    internal void Write(string name, string text, params ReadOnlySpan<(string Name, string? Value)> fields)
    {
        var now = time.GetUtcNow();
        var line = json ? Json(now, name, fields) : $"{now.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture)} {Commands.CommandException.OneLine(text)}";
        lock (_gate)
        {
            try
            {
                output.WriteLine(line);
                output.Flush();
            }
            catch (IOException)
            {
                // A full disk, say. Packets are carried without a log as well; who writes here may be carrying some.
            }
        }
    }

    private static string Json(DateTimeOffset now, string name, ReadOnlySpan<(string Name, string? Value)> fields)
    {
        using var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();
            writer.WriteString("time", now);
            writer.WriteString("event", name);
            foreach (var (field, value) in fields) writer.WriteString(field, value);
            writer.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.ToArray());
    }
}
