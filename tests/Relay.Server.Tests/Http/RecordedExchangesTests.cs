using System.Text.Json;
using Relay.Protocol.Keys;
using Relay.Testing;

namespace Relay.Server.Tests.Http;

/// <summary>Each recorded request gets the reference's status, headers and, where the words are the protocol's, body.</summary>
public sealed class RecordedExchangesTests
{
    private static readonly string[] OwnWords = ["GET /", "GET /nosuch", "WebSocket upgrade, wrong version", "WebSocket upgrade, no key"];

    public static TheoryData<string> Names() => new(Exchanges().Select(exchange => exchange.Text("name")));

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Exchange_AsRecorded_GetsTheSameAnswer(string name)
    {
        var exchange = Exchanges().Single(candidate => candidate.Text("name") == name);
        var request = exchange.Hex("requestHex");
        var theirs = HttpAnswer.Parse(exchange.GetProperty("responseHead").GetString()!);

        await using var host = await TestHost.StartAsync(key: NodeKey.TryParseHex(theirs["Derp-Public-Key"], out var key) ? key : null);
        await using var client = await host.ConnectAsync();
        await client.SendAsync(request);
        var ours = await client.ReadAnswerAsync(head: name.StartsWith("HEAD", StringComparison.Ordinal));

        Assert.Equal(theirs.Status, ours.Status);
        Assert.Equal(HeaderSet(theirs, name), HeaderSet(ours, name));
        if (exchange.TryGetProperty("body", out var body) && !OwnWords.Contains(name)) Assert.Equal(body.GetString(), ours.Body);
        if (ours.Status == 101) await AssertServerKeyFollowsAsync(exchange, client, ours, host);
        if (exchange.GetProperty("closedByServer").GetBoolean()) Assert.Empty(await client.ReadToEndAsync());
        else if (ours.Status != 101) await AssertStillOpenAsync(client);
    }

    private static async Task AssertServerKeyFollowsAsync(JsonElement exchange, WireClient client, HttpAnswer ours, TestHost host)
    {
        var theirs = Convert.FromHexString(exchange.GetProperty("bodyHex").GetString()!);
        if (ours["Upgrade"] == "DERP")
        {
            Assert.Equal(theirs, await client.ReadAsync(theirs.Length));
            return;
        }

        // One binary WebSocket message with the ServerKey frame in it; the key is another one.
        Assert.Equal((byte[])[.. theirs.AsSpan(0, 2), .. host.Relay.ServerKeyFrame], await client.ReadAsync(theirs.Length));
    }

    private static async Task AssertStillOpenAsync(WireClient client)
    {
        await client.SendAsync("GET /generate_204 HTTP/1.1\r\nHost: x\r\n\r\n");
        Assert.Equal(204, (await client.ReadAnswerAsync()).Status);
    }

    private static string[] HeaderSet(HttpAnswer answer, string name)
    {
        var page = OwnWords.Contains(name);
        return [.. answer.Headers
            .Where(header => header.Key != "Date" && !(page && header.Key == "Content-Length"))
            .Select(header => $"{header.Key.ToLowerInvariant()}: {header.Value}")
            .Order(StringComparer.Ordinal)];
    }

    private static JsonElement.ArrayEnumerator Exchanges() => Vectors.Load("http.json").GetProperty("exchanges").EnumerateArray();
}
