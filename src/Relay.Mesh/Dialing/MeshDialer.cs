using System.Net;
using System.Net.Sockets;
using Relay.Client;
using Relay.Protocol.Keys;
using Relay.Protocol.Map;
using Relay.Server.Mesh;

namespace Relay.Mesh.Dialing;

/// <summary>Connects to other relays with the client library: its certificate checks and pins, its fast start, this relay's key.</summary>
public sealed class MeshDialer(NodePrivateKey key, MeshKey meshKey, TimeProvider time) : IMeshDialer
{
    // Short, so that a relay that came back is found within five seconds even when packets to it vanished until then.
    private static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(3);

    private readonly RelayClientOptions _options = new()
    {
        PrivateKey = key,
        MeshKey = meshKey,
        Transport = RelayTransport.Raw,
        ConnectTimeout = ConnectTimeout,
        NodeTimeout = ConnectTimeout,
        UserAgent = "relayd-mesh",
        TimeProvider = time,
    };

    /// <inheritdoc/>
    public async Task<MeshLine> DialAsync(MeshMember member, CancellationToken cancellationToken)
    {
        try
        {
            var line = await RelayLine.ConnectAsync(EndPointOf(member), _options, cancellationToken).ConfigureAwait(false);
            return new MeshLine { Stream = line.Stream, Received = line.Received, RelayKey = line.ServerKey };
        }
        catch (Exception e) when (e is RelayException or FormatException)
        {
            throw new MeshException(e.Message, e);
        }
    }

    private static RelayEndpoint EndPointOf(MeshMember member)
    {
        var address = member.Address is { } text ? IPAddress.Parse(text) : null;
        var node = new DerpNode
        {
            Name = member.Name,
            HostName = member.Host,
            DERPPort = member.Port,
            CertName = member.Pin,
            IPv4 = Field(address, AddressFamily.InterNetwork),
            IPv6 = Field(address, AddressFamily.InterNetworkV6),
        };
        return RelayEndpoint.FromNode(node, member.PlainHttp);
    }

    // As DERP maps have it: an address, or a word that is none to switch the family off.
    private static string? Field(IPAddress? address, AddressFamily family) =>
        address is null ? null : address.AddressFamily == family ? address.ToString() : "none";
}
