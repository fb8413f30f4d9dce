using Relay.Host.Certificates;
using Relay.Protocol.Keys;

namespace Relay.Host.Tests.Support;

internal static class Made
{
    /// <summary>Stores a self-signed certificate as a first run would.</summary>
    internal static CertificateFiles SelfSigned(string folder, string hostName, NodeKey relayKey)
    {
        var files = new CertificateFiles(folder, hostName);
        files.Replace(Relay.Host.Certificates.SelfSigned.Make(hostName, relayKey, TimeProvider.System.GetUtcNow()));
        return files;
    }

    internal static NodeKey RelayKey()
    {
        using var key = NodePrivateKey.Generate();
        return key.Public;
    }
}
