using System.Text.Json;
using Relay.Protocol.Keys;

namespace Relay.Server.Tests.Http;

/// <summary>Each recorded request gets the reference's status, headers and, where the words are the protocol's, body.</summary>
public sealed class RecordedExchangesTests
{
    private static readonly string[] OwnWords = ["GET /", "GET /nosuch", "WebSocket upgrade, wrong version", "WebSocket upgrade, no key"];

    public static TheoryData<string> Names
    {
        get
        {
            var names = new TheoryData<string>();
            if (Recorded.Load("http.json") is not { } recorded) return new("");
            foreach (var exchange in recorded.GetProperty("exchanges").EnumerateArray()) names.Add(exchange.GetProperty("name").GetString()!);
            return names;
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Exchange_AsRecorded_GetsTheSameAnswer(string name)
    {
        if (Recorded.Load("http.json") is not { } recorded)
        {
            Assert.NotEqual("true", Environment.GetEnvironmentVariable("CI"));
            Assert.Skip("shared/vectors/http.json is not here");
            return;
        }

        var exchange = recorded.GetProperty("exchanges").EnumerateArray().Single(candidate => candidate.GetProperty("name").GetString() == name);
        var request = Convert.FromHexString(exchange.GetProperty("requestHex").GetString()!);
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
}
