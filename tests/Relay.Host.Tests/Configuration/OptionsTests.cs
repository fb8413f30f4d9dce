using System.Net;
using Microsoft.Extensions.Logging;
using Relay.Host.Configuration;
using Relay.Stun.Answers;
using Relay.Host.Tests.Support;

namespace Relay.Host.Tests.Configuration;

public sealed class OptionsTests
{
    [Fact]
    public void Dev_IsLocalAndThrowAway()
    {
        var options = Bind.Options("--dev");

        Assert.Equal([IPEndPoint.Parse("127.0.0.1:3340")], options.Listen);
        Assert.Equal([IPEndPoint.Parse("127.0.0.1:3478")], options.StunListen);
        Assert.Equal(IPEndPoint.Parse("127.0.0.1:9090"), options.AdminListen);
        Assert.Equal(("127.0.0.1", IPAddress.Loopback), (options.HostName, options.HostAddress));
        Assert.Equal((TlsMode.Off, AdmitMode.Open), (options.Tls, options.Admit.Mode));
        Assert.Null(options.HttpListen);
        Assert.Null(options.KeyFile);
        Assert.Null(options.CertDir);
    }

    [Fact]
    public void Dev_LetsOtherFlagsApply()
    {
        var options = Bind.Options("--dev", "--listen", "127.0.0.1:0", "--tls", "self-signed", "--hostname", "Relay.Example", "--key-file", "k");

        Assert.Equal([IPEndPoint.Parse("127.0.0.1:0")], options.Listen);
        Assert.Equal((TlsMode.SelfSigned, "relay.example", "k"), (options.Tls, options.HostName, options.KeyFile));
        Assert.Null(options.CertDir);
        Assert.Null(options.HostAddress);
    }

    [Fact]
    public void WithoutDev_DefaultsAreTheDocumentedOnes()
    {
        var options = Bind.Options("--hostname", "relay.example.com", "--admit", "open");

        Assert.Equal([IPEndPoint.Parse("[::]:443")], options.Listen);
        Assert.Equal(IPEndPoint.Parse("[::]:80"), options.HttpListen);
        Assert.Equal([IPEndPoint.Parse("[::]:3478")], options.StunListen);
        Assert.Equal((TlsMode.Files, "/var/lib/relayd/certs", "/var/lib/relayd/relay.key"), (options.Tls, options.CertDir, options.KeyFile));
        Assert.Equal((32, 100000, 900, "test-machine"), (options.Queue, options.MaxConnections, options.Region, options.Node));
        Assert.Equal((TimeSpan.FromSeconds(30), LogLevel.Information), (options.Drain, options.LogLevel));
        Assert.Equal((StunPolicy.Public, HomePageKind.Default), (options.StunPolicy, options.Home.Kind));
        Assert.Empty(options.BootstrapDnsNames);
    }

    [Fact]
    public void Values_AreReadIntoTheirTypes()
    {
        var options = Bind.Options(
            "--dev", "--stun-listen", "off", "--home", "https://example.com/", "--stun-policy", "tailscale-only", "--hostname", "[2001:DB8::0:1]",
            "--bootstrap-dns-names", "A.example,b.example", "--log-level", "debug", "--drain-seconds", "0", "--listen", ":443");

        Assert.Empty(options.StunListen);
        Assert.Equal(new HomePage(HomePageKind.Redirect, new Uri("https://example.com/")), options.Home);
        Assert.Equal((StunPolicy.TailscaleOnly, "2001:db8::1"), (options.StunPolicy, options.HostName));
        Assert.Equal(["a.example", "b.example"], options.BootstrapDnsNames);
        Assert.Equal((LogLevel.Debug, TimeSpan.Zero), (options.LogLevel, options.Drain));
        Assert.Equal([new IPEndPoint(IPAddress.IPv6Any, 443)], options.Listen);
    }

    [Theory]
    [InlineData("a", "a", 443, "a")]
    [InlineData("A.example:8443/10.0.0.1", "a.example", 8443, "10.0.0.1")]
    [InlineData("[2001:db8::1]:444", "2001:db8::1", 444, "2001:db8::1")]
    [InlineData("a/[::1]", "a", 443, "::1")]
    [InlineData("10.0.0.1#sha256-raw:ABABABABABABABABABABABABABABABABABABABABABABABABABABABABABABABAB", "10.0.0.1", 443, "10.0.0.1", "sha256-raw:abababababababababababababababababababababababababababababababab")]
    public void MeshPeer_HasHostPortDialAndPin(string text, string host, int port, string dial, string? pin = null) =>
        Assert.Equal(new MeshPeer(host, port, dial, pin), Settings.MeshWith.Parse(text));

    [Theory]
    [InlineData("a#sha256-raw:12")]
    [InlineData("a#")]
    [InlineData("a##")]
    public void MeshPeer_WithABadPin_IsRefused(string text) => Assert.Throws<FormatException>(() => Settings.MeshWith.Parse(text));

    [Fact]
    public void MachineName_ThatIsNoLabel_IsReplaced() =>
        Assert.Equal("relay", Bind.Options("büro rechner", "--dev").Node);
}
