using System.Runtime.InteropServices;
using Relay.Server.Transport.Tls;
using static Relay.Server.Tests.Transport.OpenSslObjects;

namespace Relay.Server.Tests.Transport;

/// <summary>Asks OpenSSL itself, since .NET shows nothing of it.</summary>
public sealed class LeanOpenSslTests
{
    private const int ControlMode = 33; // SSL_CTRL_MODE
    private const int ReleaseBuffers = 0x10; // SSL_MODE_RELEASE_BUFFERS
    private const ulong Version32 = 0x30200000;

    [Fact]
    public void EverySslObject_GivesItsBuffersBack_AndSendsOneTicket()
    {
        Assert.SkipUnless(NativeLibrary.TryLoad("libssl.so.3", out _), "no OpenSSL 3 here");
        Assert.True(LeanOpenSsl.Apply());
        var context = NewContext(ServerMethod());
        var ssl = New(context);
        try
        {
            // Of the context, too: from OpenSSL 3.2 on a connection that is being made cannot be asked to yet.
            Assert.NotEqual(0, ControlContext(context, ControlMode, 0, 0) & ReleaseBuffers);
            Assert.NotEqual(0, Control(ssl, ControlMode, 0, 0) & ReleaseBuffers);
            if (Version() < Version32) Assert.Equal(1u, Tickets(ssl));
        }
        finally
        {
            Free(ssl);
            FreeContext(context);
        }
    }

    [DllImport("libssl.so.3", EntryPoint = "TLS_server_method")]
    private static extern nint ServerMethod();

    [DllImport("libssl.so.3", EntryPoint = "SSL_ctrl")]
    private static extern long Control(nint ssl, int command, long value, nint pointer);

    [DllImport("libssl.so.3", EntryPoint = "SSL_CTX_ctrl")]
    private static extern long ControlContext(nint context, int command, long value, nint pointer);

    [DllImport("libcrypto.so.3", EntryPoint = "OpenSSL_version_num")]
    private static extern ulong Version();

    [DllImport("libssl.so.3", EntryPoint = "SSL_get_num_tickets")]
    private static extern nuint Tickets(nint ssl);
}
