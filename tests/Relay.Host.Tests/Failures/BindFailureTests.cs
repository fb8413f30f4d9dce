using System.Net;
using System.Net.Sockets;
using Relay.Host.Configuration;
using Relay.Host.Failures;

namespace Relay.Host.Tests.Failures;

public sealed class BindFailureTests
{
    [Theory]
    [InlineData(SocketError.AddressAlreadyInUse, 69, "--listen [::]:443: the port is in use by another program; stop that program or choose another port")]
    [InlineData(SocketError.AddressNotAvailable, 69, "--listen [::]:443: this machine has no such address; use one of its own, or [::]:443 for all")]
    [InlineData(SocketError.AddressFamilyNotSupported, 69, "--listen [::]:443: IPv6 is switched off on this machine; use 0.0.0.0:443")]
    [InlineData(SocketError.AccessDenied, 77, "--listen [::]:443: not permitted; ports below 1024 need root or CAP_NET_BIND_SERVICE, or choose a higher port")]
    [InlineData(SocketError.NoBufferSpaceAvailable, 69, "--listen [::]:443: cannot be opened (NoBufferSpaceAvailable); choose another address or port")]
    public void Failure_HowDeepItMayBe_IsOneLineWithItsCode(SocketError error, int code, string line)
    {
        var failure = new IOException("Failed to bind", new InvalidOperationException("in use", new SocketException((int)error)));

        var explained = BindFailure.Explain(Settings.Listen, new IPEndPoint(IPAddress.IPv6Any, 443), failure);

        Assert.Equal((line, code), (explained.Message, (int)explained.Code));
    }

    [Fact]
    public void PortInUse_AsTheSystemSaysIt_IsRecognised()
    {
        using var first = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        using var second = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        first.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        first.Listen();
        var taken = (IPEndPoint)first.LocalEndPoint!;
        var failure = Assert.Throws<SocketException>(() => second.Bind(taken));

        Assert.Equal(ExitCode.Unavailable, BindFailure.Explain(Settings.AdminListen, taken, failure).Code);
    }
}
