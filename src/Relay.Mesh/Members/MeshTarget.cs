namespace Relay.Mesh.Members;

/// <summary>A relay, or several behind one name, as the operator lists it.</summary>
/// <param name="Host">The name in the certificate.</param>
/// <param name="Port">The TCP port.</param>
/// <param name="Dial">The name or address to connect to; of a name, each of its addresses is a relay of its own.</param>
/// <param name="Pin"><c>sha256-raw:</c> and the certificate's hash, when no authority vouches for it.</param>
public sealed record MeshTarget(string Host, int Port, string Dial, string? Pin = null)
{
    /// <summary>As it is shown in metrics and logs.</summary>
    public override string ToString() => $"{Host}{(Port == 443 ? "" : $":{Port}")}{(Dial == Host ? "" : $"/{Dial}")}";
}
