using System.Text;
using Relay.Client;
using Relay.Protocol.Keys;

// Two clients that talk through a relay: Alice says something, Bob sends it back.
//   dotnet run --project samples/EchoPair -- http://127.0.0.1:3340 [sha256-raw:<pin>]
var url = args.Length > 0 ? args[0] : "http://127.0.0.1:3340";
using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(15));
try
{
    var relay = RelayEndpoint.FromUrl(url, certName: args.Length > 1 ? args[1] : null);
    using var aliceKey = NodePrivateKey.Generate();
    using var bobKey = NodePrivateKey.Generate();

    await using var alice = new RelayClient(relay, new RelayClientOptions { PrivateKey = aliceKey });
    await using var bob = new RelayClient(relay, new RelayClientOptions { PrivateKey = bobKey });
    await alice.ConnectAsync(deadline.Token);
    await bob.ConnectAsync(deadline.Token);
    var echoing = EchoAsync(bob, deadline.Token);

    await alice.SendAsync(bobKey.Public, "Hello, Bob!"u8.ToArray(), deadline.Token);
    while (await alice.ReceiveAsync(deadline.Token) is var message)
    {
        if (message.Kind != RelayMessageKind.Packet) continue;
        Console.WriteLine($"{message.Key} sent back: {Encoding.UTF8.GetString(message.Payload.Span)}");
        break;
    }

    await deadline.CancelAsync();
    await echoing;
    return 0;
}
catch (Exception e) when (e is RelayException or FormatException)
{
    await Console.Error.WriteLineAsync(e.Message);
    return 69;
}
catch (OperationCanceledException)
{
    await Console.Error.WriteLineAsync($"nothing came back through {url} within 15 s");
    return 1;
}

// A packet lies in the client's buffer until the next receive; sending copies it.
static async Task EchoAsync(RelayClient client, CancellationToken cancellation)
{
    try
    {
        while (true)
        {
            var message = await client.ReceiveAsync(cancellation);
            if (message.Kind == RelayMessageKind.Packet) await client.SendAsync(message.Key, message.Payload, cancellation);
        }
    }
    catch (OperationCanceledException)
    {
        // The sample is over.
    }
}
