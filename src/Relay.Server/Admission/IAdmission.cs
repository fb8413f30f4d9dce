using System.Net;
using Relay.Protocol.Keys;

namespace Relay.Server.Admission;

/// <summary>Decides who may use the relay. Thread safe.</summary>
public interface IAdmission
{
    /// <summary>
    /// Whether this key may connect; asked once per connection, after the client proved its key, and not for clients with
    /// mesh rights. Must end by itself within seconds, and does not throw but for the cancellation.
    /// </summary>
    ValueTask<AdmissionAnswer> AdmitAsync(NodeKey client, IPAddress? source, CancellationToken cancellationToken);

    /// <summary>A connected client's grant is about to run out: prolongs or revokes it in its own time. Returns at once.</summary>
    void Renew(NodeKey client, IPAddress? source, Grant grant);

    /// <summary>
    /// The network of a key that is connected to another relay of the region, for a packet that was forwarded from there.
    /// False when it is not known (yet). Returns at once.
    /// </summary>
    bool TryFindNetwork(NodeKey remote, out Network? network);
}
