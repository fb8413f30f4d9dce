using System.Net;
using System.Net.Sockets;
using Relay.Host.Commands;
using Relay.Testing;

namespace Relay.Host.Tests.Commands;

public sealed class HealthCheckTests
{
    [Fact]
    public async Task Stopped_BeforeThereIsAnAnswer_IsNoYes()
    {
        using var silent = new TcpListener(IPAddress.Loopback, 0);
        silent.Start();
        using var stop = new CancellationTokenSource();
        var error = new StringWriter();
        var checking = RelaydCommand.RunAsync(
            ["healthcheck", "--dev", "--admin-listen", $"{silent.LocalEndpoint}"], new RelaydEnvironment { Out = TextWriter.Null, Error = error }, stop.Token);
        using var asked = await Eventually.Done(silent.AcceptTcpClientAsync(), "the question");
        await stop.CancelAsync();

        Assert.Equal(69, await Eventually.Done(checking, "the end"));
        Assert.Contains("no answer from", error.ToString(), StringComparison.Ordinal);
    }
}
