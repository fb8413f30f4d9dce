namespace Relay.Server.Admission;

/// <summary>Who may use the relay, as an operator wrote it. No key stands in it twice.</summary>
/// <param name="Networks">Nodes by network.</param>
public sealed record AdmissionList(IReadOnlyList<ListedNetwork> Networks)
{
    /// <summary>Nodes of all networks.</summary>
    public int NodeCount => Networks.Sum(network => network.Nodes.Count);
}
