using System.Net;
using Relay.Protocol.Keys;

namespace Relay.Server.Admission;

/// <summary>Lets everybody in who owns the key it names; all reach each other.</summary>
public sealed class OpenAdmission : IAdmission
{
    private static readonly AdmissionAnswer Yes = AdmissionAnswer.Admit(new Grant(network: null));

    /// <inheritdoc/>
    public ValueTask<AdmissionAnswer> AdmitAsync(NodeKey client, IPAddress? source, CancellationToken cancellationToken) => new(Yes);

    /// <inheritdoc/>
    public void Renew(NodeKey client, IPAddress? source, Grant grant)
    {
    }

    /// <inheritdoc/>
    public bool TryFindNetwork(NodeKey remote, out Network? network)
    {
        network = null;
        return true;
    }
}
