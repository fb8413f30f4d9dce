using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using Relay.Server.Tests.Http;
using Relay.Server.Transport.Tls;
using static Relay.Server.Tests.Transport.OpenSslObjects;

namespace Relay.Server.Tests.Transport;

/// <summary>A client with OpenSSL's own hands, since .NET's never changes its keys.</summary>
public sealed class KeyUpdateLimitTests
{
    private const int NotRequested = 0; // SSL_KEY_UPDATE_NOT_REQUESTED

    [Fact]
    public async Task Client_ThatChangesItsKeysOnAndOn_IsEnded()
    {
        Assert.SkipUnless(NativeLibrary.TryLoad("libssl.so.3", out _), "no OpenSSL 3 here");
        Assert.True(KeyUpdateLimit.Apply());
        await using var host = await TestHost.StartAsync();
        await Wait.For(Task.Run(() => Talk(host.Tls, (connection, _) =>
        {
            // What is on its way when the relay hangs up is sent in vain: some 300 KB.
            var changes = 0;
            while (changes < 100_000 && Change(connection)) changes++;
            Assert.InRange(changes, KeyUpdateLimit.StepsASecond / 4, 99_999);
        })), "the client to be ended");
    }

    [Fact]
    public async Task Client_ThatChangesItsKeysNowAndThen_IsServed()
    {
        Assert.SkipUnless(NativeLibrary.TryLoad("libssl.so.3", out _), "no OpenSSL 3 here");
        Assert.True(KeyUpdateLimit.Apply());
        await using var host = await TestHost.StartAsync();
        await Wait.For(Task.Run(() => Talk(host.Tls, (connection, answer) =>
        {
            for (var i = 0; i < 20; i++) Assert.True(Change(connection));
            var request = "GET /derp/probe HTTP/1.1\r\nHost: relay\r\n\r\n"u8.ToArray();
            Assert.Equal(request.Length, Write(connection, request, request.Length));
            Assert.True(Read(connection, answer, answer.Length) > 0);
            Assert.StartsWith("HTTP/1.1 200 OK", System.Text.Encoding.ASCII.GetString(answer), StringComparison.Ordinal);
        })), "the answer");
    }

    private static void Talk(int port, Action<nint, byte[]> talk)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { SendTimeout = 10_000, ReceiveTimeout = 10_000 };
        socket.Connect(IPAddress.Loopback, port);
        var context = NewContext(ClientMethod());
        var connection = New(context);
        try
        {
            Assert.Equal(1, SetSocket(connection, (int)socket.Handle));
            Assert.Equal(1, Connect(connection));
            talk(connection, new byte[4096]);
        }
        finally
        {
            Free(connection);
            FreeContext(context);
        }
    }

    private static bool Change(nint connection) => Update(connection, NotRequested) == 1 && Handshake(connection) == 1;

    [DllImport("libssl.so.3", EntryPoint = "TLS_client_method")]
    private static extern nint ClientMethod();

    [DllImport("libssl.so.3", EntryPoint = "SSL_set_fd")]
    private static extern int SetSocket(nint connection, int socket);

    [DllImport("libssl.so.3", EntryPoint = "SSL_connect")]
    private static extern int Connect(nint connection);

    [DllImport("libssl.so.3", EntryPoint = "SSL_key_update")]
    private static extern int Update(nint connection, int kind);

    [DllImport("libssl.so.3", EntryPoint = "SSL_do_handshake")]
    private static extern int Handshake(nint connection);

    [DllImport("libssl.so.3", EntryPoint = "SSL_write")]
    private static extern int Write(nint connection, byte[] bytes, int length);

    [DllImport("libssl.so.3", EntryPoint = "SSL_read")]
    private static extern int Read(nint connection, byte[] bytes, int length);
}
