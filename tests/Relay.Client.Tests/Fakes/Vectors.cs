using System.Text.Json;
using Relay.Protocol.Keys;

namespace Relay.Client.Tests.Fakes;

/// <summary>Recorded bytes of the reference client and relay, found beside the repository.</summary>
internal static class Vectors
{
    public static JsonElement Handshakes => Load("derp-handshake.json");

    public static NodePrivateKey PrivateKey(string who) =>
        NodePrivateKey.FromBytes(Convert.FromHexString(Handshakes.GetProperty("keys").GetProperty(who).GetProperty("private").GetString()!));

    public static MeshKey Mesh => MeshKey.TryParse(Handshakes.GetProperty("meshKey").GetString())!;

    /// <summary>The events of one connection of a scenario, in order.</summary>
    public static List<(string Direction, string Name, byte[] Bytes)> Events(string scenario, string connection) =>
    [
        .. Handshakes.GetProperty("scenarios").EnumerateArray()
            .Single(s => s.GetProperty("name").GetString() == scenario).GetProperty("events").EnumerateArray()
            .Where(e => e.GetProperty("conn").GetString() == connection && e.TryGetProperty("name", out _))
            .Select(e => (e.GetProperty("dir").GetString()!, e.GetProperty("name").GetString()!, Convert.FromHexString(e.GetProperty("hex").GetString()!))),
    ];

    private static JsonElement Load(string name)
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            var path = Path.Combine(folder.FullName, "shared", "vectors", name);
            if (!File.Exists(path)) continue;
            using var document = JsonDocument.Parse(File.ReadAllBytes(path));
            return document.RootElement.Clone();
        }

        if (Environment.GetEnvironmentVariable("CI") == "true") throw new FileNotFoundException($"shared/vectors/{name} was expected beside the repository");
        Assert.Skip($"the recorded bytes (shared/vectors/{name}) are not beside the repository");
        return default;
    }
}
