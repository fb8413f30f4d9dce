using System.Text;
using Relay.Client;
using Relay.Protocol.Keys;
using Relay.Protocol.Map;

// Two clients that know each other's keys and one DERP map: each is at home at the region nearest to it, Alice says something,
// Bob sends it back.
//   dotnet run --project src/Relay.Agent -- map https://relay.example.com > map.json
//   dotnet run --project samples/MapPair -- map.json [--plain-http]
if (args.Length == 0)
{
    await Console.Error.WriteLineAsync("MapPair MAP [--plain-http]: a file with a DERP map was expected");
    return 64;
}

using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(30));
try
{
    var map = DerpMap.Parse(await File.ReadAllBytesAsync(args[0], deadline.Token));
    using var aliceKey = NodePrivateKey.Generate();
    using var bobKey = NodePrivateKey.Generate();
    await using var alice = new RelayNetwork(map, Options(aliceKey));
    await using var bob = new RelayNetwork(map, Options(bobKey));
    alice.HomeChanged += (_, change) => Console.WriteLine($"Alice is at home at region {change.Home}");
    await Task.WhenAll(alice.StartAsync(deadline.Token), bob.StartAsync(deadline.Token));
    var echoing = EchoAsync(bob, deadline.Token);

    // By the home that somebody told us. Without it the packet goes wherever both may be.
    await alice.SendAsync(bobKey.Public, "Hello, Bob!"u8.ToArray(), home: bob.Home, deadline.Token);
    while (await alice.ReceiveAsync(deadline.Token) is var message)
    {
        if (message.Kind != RelayMessageKind.Packet) continue;
        Console.WriteLine($"{message.Key} sent back, by region {message.Region}: {Encoding.UTF8.GetString(message.Payload.Span)}");
        break;
    }

    await deadline.CancelAsync();
    await echoing;
    return 0;
}
catch (Exception e) when (e is RelayException or FormatException or IOException)
{
    await Console.Error.WriteLineAsync(e.Message);
    return 69;
}
catch (OperationCanceledException)
{
    await Console.Error.WriteLineAsync("nothing came back within 30 s");
    return 1;
}

RelayNetworkOptions Options(NodePrivateKey key) => new()
{
    Client = new RelayClientOptions { PrivateKey = key },
    PlainHttp = args.Contains("--plain-http"),
};

// A packet lies in its connection's buffer until the next receive; sending copies it.
static async Task EchoAsync(RelayNetwork network, CancellationToken cancellation)
{
    try
    {
        while (true)
        {
            var message = await network.ReceiveAsync(cancellation);
            if (message.Kind == RelayMessageKind.Packet) await network.SendAsync(message.Key, message.Payload, cancellationToken: cancellation);
        }
    }
    catch (OperationCanceledException)
    {
        // The sample is over.
    }
}
