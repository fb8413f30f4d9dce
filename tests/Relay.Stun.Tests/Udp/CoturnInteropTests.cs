using System.Diagnostics;
using System.Net;
using Relay.Stun.Answers;
using Relay.Stun.Messages;
using Relay.Stun.Tests.Support;
using Relay.Testing;

namespace Relay.Stun.Tests.Udp;

/// <summary>Coturn's client tools, which are no relation of ours, against both transports.</summary>
public sealed class CoturnInteropTests
{
    public static TheoryData<bool> Transports => Responders.Transports;

    [Theory, MemberData(nameof(Transports))]
    public async Task StunClient_ReportsItsAddress_OverBothFamilies(bool portable)
    {
        var tool = Requires.Tool("turnutils_stunclient");
        var loopback = StunProbe.IPv6Loopback();
        var (responder, server) = await Responders.StartAsync(portable, IPAddress.IPv6Any);
        await using var _ = responder;
        Assert.Contains("IPv4. UDP reflexive addr: 127.0.0.1:", await RunAsync(tool, server, "127.0.0.1"), StringComparison.Ordinal);
        Assert.Contains("IPv6. UDP reflexive addr: ::1:", await RunAsync(tool, server, loopback.ToString()), StringComparison.Ordinal);
        await responder.CountedAsync(1, StunDisposition.Success, StunAddressFamily.IPv4);
        await responder.CountedAsync(1, StunDisposition.Success, StunAddressFamily.IPv6);
    }

    [Fact]
    public async Task StunClient_AskingAnotherLocalAddress_IsAnsweredFromThere()
    {
        Requires.Linux();
        var tool = Requires.Tool("turnutils_stunclient");
        var (responder, server) = await Responders.StartAsync(portable: false, IPAddress.Any);
        await using var _ = responder;
        Assert.Contains("UDP reflexive addr: 127.0.0.1:", await RunAsync(tool, server, "127.0.0.2"), StringComparison.Ordinal);
    }

    // Without RFC 5780 there is nothing to compare with: the tool says what the server saw, and ends.
    [Theory]
    [InlineData("-m", "Mapping Behavior Discovery")]
    [InlineData("-f", "Filtering Behavior Discovery")]
    [InlineData("-H", "Hairpinning Behavior Discovery")]
    public async Task NatDiscovery_EndsWithAClearResult(string test, string title)
    {
        var tool = Requires.Tool("turnutils_natdiscovery");
        foreach (var portable in Transports)
        {
            var (responder, server) = await Responders.StartAsync(portable.Data, IPAddress.Loopback);
            await using var _ = responder;
            var output = await RunAsync(tool, server, "127.0.0.1", test);
            Assert.Contains(title, output, StringComparison.Ordinal);
            Assert.Contains("UDP reflexive addr: 127.0.0.1:", output, StringComparison.Ordinal);
            Assert.DoesNotContain("timeout", output, StringComparison.OrdinalIgnoreCase);
            Assert.DoesNotContain("error", output, StringComparison.OrdinalIgnoreCase);
        }
    }

    // All that the tool can find out on one machine: what a host without a NAT is told.
    [Theory, MemberData(nameof(Transports))]
    public async Task NatDiscovery_WithTwoAddressesAndPorts_ComesToItsConclusions(bool portable)
    {
        Requires.Linux();
        var tool = Requires.Tool("turnutils_natdiscovery");
        await using var responder = await Responders.StartQuadAsync(portable);
        foreach (var (options, conclusion) in new (string[], string)[]
        {
            (["-m"], "NAT with Endpoint Independent Mapping!"),
            (["-f"], "NAT with Endpoint Independent Filtering!"),
            (["-H"], "Received a request (maybe a successful hairpinning)"),
            (["-t", "-T", "1"], "RFC 5780 response 2"),
        })
        {
            var output = await RunAsync(tool, responder.EndPoints[0], "127.0.0.1", options);
            Assert.True(output.Contains(conclusion, StringComparison.Ordinal), $"{string.Join(' ', options)}: {output}");
        }
    }

    private static async Task<string> RunAsync(string tool, IPEndPoint server, string address, params string[] options)
    {
        string[] arguments = [.. options, "-p", server.Port.ToString(), address];
        using var process = Process.Start(new ProcessStartInfo(tool, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        try
        {
            var output = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
            var errors = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
            await Eventually.Done(process.WaitForExitAsync(TestContext.Current.CancellationToken), $"{tool} to end");
            Assert.True(process.ExitCode == 0, $"{tool} ended with {process.ExitCode}: {await output}{await errors}");
            return await output;
        }
        finally
        {
            if (!process.HasExited) process.Kill();
        }
    }
}
