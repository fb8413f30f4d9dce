using System.Net;
using Relay.Protocol.Keys;

namespace Relay.Server.Admission;

/// <summary>Decides who may use the relay. Asked once per connection, after the client proved its key. Thread safe.</summary>
public interface IAdmission
{
    /// <summary>Whether this key may connect. Not asked for clients with mesh rights. Must end by itself within seconds.</summary>
    ValueTask<bool> AdmitAsync(NodeKey client, IPAddress? source, CancellationToken cancellationToken);
}
