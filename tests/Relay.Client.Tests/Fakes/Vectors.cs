using System.Text.Json;
using Relay.Protocol.Keys;

namespace Relay.Client.Tests.Fakes;

/// <summary>Recorded bytes of the reference client and relay, found beside the repository.</summary>
internal static class Vectors
{
    public static JsonElement Handshakes => Relay.Testing.Vectors.Load("derp-handshake.json");

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
}
