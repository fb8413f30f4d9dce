using System.Net;
using System.Text;
using Relay.Client;
using Relay.Protocol.Handshake;
using Relay.Protocol.Keys;
using Relay.Testing;

namespace Relay.EndToEnd.Tests;

/// <summary>A page in a real browser as a DERP client: WebSocket is the only way a browser has.</summary>
public sealed class ChromiumTests
{
    // The ClientInfo frame comes ready with the page: browsers have no XSalsa20. All else the page does itself.
    private const string Page =
        """
        <!DOCTYPE html><title>DERP client</title><script>
        const hex = s => Uint8Array.from(s.match(/../g), b => parseInt(b, 16));
        const report = text => fetch('/report', { method: 'POST', body: text });
        const socket = new WebSocket('@URL@', ['derp']);
        socket.binaryType = 'arraybuffer';
        let received = new Uint8Array(0);
        const frame = (type, payload) => {
          const bytes = new Uint8Array(5 + payload.length);
          bytes[0] = type;
          new DataView(bytes.buffer).setUint32(1, payload.length);
          bytes.set(payload, 5);
          return bytes;
        };
        const handle = (type, payload) => {
          if (type === 0x01) {
            // In two messages, cut inside the frame: message boundaries mean nothing.
            const info = hex('@CLIENTINFO@');
            socket.send(info.slice(0, 40));
            socket.send(info.slice(40));
          } else if (type === 0x03) {
            socket.send(frame(0x04, new Uint8Array([...hex('@PEER@'), ...new TextEncoder().encode('hello from the page')])));
          } else if (type === 0x05) {
            report('received ' + new TextDecoder().decode(payload.slice(32)) + ' over ' + socket.protocol);
          }
        };
        socket.onmessage = event => {
          const more = new Uint8Array(event.data);
          const all = new Uint8Array(received.length + more.length);
          all.set(received); all.set(more, received.length);
          received = all;
          while (received.length >= 5) {
            const length = new DataView(received.buffer, received.byteOffset).getUint32(1);
            if (received.length < 5 + length) break;
            handle(received[0], received.slice(5, 5 + length));
            received = received.slice(5 + length);
          }
        };
        socket.onerror = () => report('the WebSocket failed');
        </script>
        """;

    [Fact]
    public async Task Page_SpeaksDerpOverWebSocket()
    {
        _ = Requires.Chromium();
        await using var relayd = await RelaydProcess.StartAsync("--tls", "self-signed");
        using var browserKey = NodePrivateKey.Generate();
        using var peerKey = NodePrivateKey.Generate();
        await using var peer = await RelayConnection.ConnectAsync(relayd.Endpoint, new RelayClientOptions { PrivateKey = peerKey });
        var page = Page
            .Replace("@URL@", $"wss://{relayd.RelayEndPoint}/derp", StringComparison.Ordinal)
            .Replace("@CLIENTINFO@", Convert.ToHexStringLower(new ClientInfo().ToFrame(browserKey, relayd.PublicKey)), StringComparison.Ordinal)
            .Replace("@PEER@", peerKey.Public.ToHex(), StringComparison.Ordinal);

        using var site = new PageServer(page);
        await using var browser = await Chromium.OpenAsync(site.Url);
        var message = await Eventually.Done(NextPacketAsync(peer), "a packet from the page", TimeSpan.FromSeconds(60));
        Assert.Equal((browserKey.Public, "hello from the page"), message);
        await peer.SendAsync(browserKey.Public, "hello to the page"u8.ToArray());
        Assert.Equal("received hello to the page over derp", await Eventually.Done(site.Report, "the page's report", TimeSpan.FromSeconds(60)));
    }

    private static async Task<(NodeKey From, string Text)> NextPacketAsync(RelayConnection connection)
    {
        for (; ; )
        {
            var message = await connection.ReceiveAsync();
            if (message.Kind == RelayMessageKind.Packet) return (message.Key, Encoding.UTF8.GetString(message.Payload.Span));
        }
    }

    /// <summary>Serves one page, and takes what it reports.</summary>
    private sealed class PageServer : IDisposable
    {
        private readonly HttpListener _listener = new();
        private readonly TaskCompletionSource<string> _report = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public PageServer(string page)
        {
            Url = new Uri($"http://127.0.0.1:{FreePort.Tcp()}/");
            _listener.Prefixes.Add(Url.AbsoluteUri);
            _listener.Start();
            _ = ServeAsync(page);
        }

        public Uri Url { get; }

        public Task<string> Report => _report.Task;

        public void Dispose() => ((IDisposable)_listener).Dispose();

        private async Task ServeAsync(string page)
        {
            try
            {
                for (; ; )
                {
                    var context = await _listener.GetContextAsync();
                    if (context.Request.HttpMethod == "POST")
                    {
                        using var body = new StreamReader(context.Request.InputStream);
                        _report.TrySetResult(await body.ReadToEndAsync());
                        context.Response.Close();
                        continue;
                    }

                    context.Response.ContentType = "text/html; charset=utf-8";
                    context.Response.Close(Encoding.UTF8.GetBytes(page), willBlock: false);
                }
            }
            catch (Exception e) when (e is HttpListenerException or ObjectDisposedException)
            {
                // The test is over.
            }
        }
    }
}
