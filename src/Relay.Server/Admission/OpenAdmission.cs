using System.Net;
using Relay.Protocol.Keys;

namespace Relay.Server.Admission;

/// <summary>Lets everybody in who owns the key it names.</summary>
public sealed class OpenAdmission : IAdmission
{
    /// <inheritdoc/>
    public ValueTask<bool> AdmitAsync(NodeKey client, IPAddress? source, CancellationToken cancellationToken) => new(true);
}
