using System.Text.Json;

namespace Relay.NatLab.Tests.Lab;

/// <summary>A line of an agent's log.</summary>
internal sealed record LabEvent(DateTimeOffset Time, string Name, IReadOnlyDictionary<string, string?> Fields)
{
    internal static LabEvent? Parse(string line)
    {
        if (!line.StartsWith('{')) return null;
        var fields = JsonSerializer.Deserialize<Dictionary<string, string?>>(line)!;
        return new LabEvent(DateTimeOffset.Parse(fields["time"]!, System.Globalization.CultureInfo.InvariantCulture), fields["event"]!, fields);
    }

    internal bool IsPath(string path) => Name == "path" && Fields.GetValueOrDefault("path") == path;
}
