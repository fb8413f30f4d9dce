using System.Runtime.InteropServices;

namespace Relay.Server.Tests.Transport;

/// <summary>OpenSSL's contexts and connections, made without .NET.</summary>
internal static class OpenSslObjects
{
    [DllImport("libssl.so.3", EntryPoint = "SSL_CTX_new")]
    internal static extern nint NewContext(nint method);

    [DllImport("libssl.so.3", EntryPoint = "SSL_CTX_free")]
    internal static extern void FreeContext(nint context);

    [DllImport("libssl.so.3", EntryPoint = "SSL_new")]
    internal static extern nint New(nint context);

    [DllImport("libssl.so.3", EntryPoint = "SSL_free")]
    internal static extern void Free(nint connection);
}
