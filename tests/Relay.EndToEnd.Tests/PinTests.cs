using Relay.Client;
using Relay.Protocol.Keys;
using Relay.Testing;

namespace Relay.EndToEnd.Tests;

public sealed class PinTests
{
    /// <summary>DERP maps hold the pin, and nobody hands out new maps because a relay was started again.</summary>
    [Fact]
    public async Task SelfSigned_ForAnAddress_KeepsItsPin_WhenRelaydIsStartedAgain()
    {
        var folder = Directory.CreateTempSubdirectory("relayd-pin-");
        string[] flags = ["--tls", "self-signed", "--cert-dir", folder.FullName, "--key-file", Path.Combine(folder.FullName, "relay.key")];
        try
        {
            string pin;
            await using (var first = await RelaydProcess.StartAsync(flags)) pin = first.Pin!;
            await using var second = await RelaydProcess.StartAsync(flags);
            Assert.Equal(pin, second.Pin);

            using var key = NodePrivateKey.Generate();
            await using var connection = await RelayConnection.ConnectAsync(
                RelayEndpoint.FromUrl(second.Url, pin), new RelayClientOptions { PrivateKey = key, Transport = RelayTransport.Raw });
            Assert.True(connection.Tls!.Pinned);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
