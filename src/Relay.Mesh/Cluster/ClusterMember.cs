using System.Net;
using System.Text.Json;
using System.Text.Json.Serialization;
using Relay.Protocol.Keys;

namespace Relay.Mesh.Cluster;

/// <summary>How a relay of the region is to be reached, as it says itself.</summary>
/// <param name="Node">Its name: the label of links to it.</param>
/// <param name="Host">The name in its certificate.</param>
/// <param name="Address">The address to connect to.</param>
/// <param name="Port">The TCP port.</param>
/// <param name="Key">Its relay key, 64 hex digits.</param>
/// <param name="Pin"><c>sha256-raw:</c> and its certificate's hash, when no authority vouches for it.</param>
/// <param name="Plain">It speaks HTTP without TLS there.</param>
/// <param name="Clients">Keys that are connected there; null when it does not say.</param>
public sealed record ClusterMember(string Node, string Host, string Address, int Port, string Key, string? Pin, bool Plain, int? Clients = null)
{
    /// <summary>More than any relay writes of itself.</summary>
    internal const int MostBytes = 2048;

    /// <summary>
    /// Reads what another relay wrote; null for what nobody could connect to, or would want in a log: it is of a later version,
    /// or not ours.
    /// </summary>
    internal static ClusterMember? TryRead(string? json)
    {
        if (json is null || json.Length > MostBytes) return null;
        try
        {
            var read = JsonSerializer.Deserialize(json, ClusterMemberJson.Default.ClusterMember);
            return read is { Port: > 0 and <= ushort.MaxValue }
                && IsName(read.Node) && IsName(read.Host) && (read.Pin is null || IsName(read.Pin))
                && IPAddress.TryParse(read.Address, out _) && NodeKey.TryParseHex(read.Key, out _)
                ? read
                : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static bool IsName(string? text) => text is { Length: >= 1 and <= 253 } && text.All(c => c is > ' ' and < (char)127);
}

/// <summary>Members as JSON.</summary>
[JsonSerializable(typeof(ClusterMember))]
internal sealed partial class ClusterMemberJson : JsonSerializerContext;
