using Microsoft.Extensions.DependencyInjection;
using Relay.Server.Tests.Http;
using Relay.Server.Transport;

namespace Relay.Server.Tests.Transport;

/// <summary>A connection that waits holds no buffer of the transport's.</summary>
public sealed class IdleBuffersTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Connection_ThatIsSilentOrDerp_HoldsNoBuffer(bool tls)
    {
        var pool = new CountingPool();
        await using var host = await TestHost.StartAsync(
            services: services => services.AddSingleton(new SocketTransportOptions { Pool = pool }));

        await using var silent = tls ? await host.ConnectTlsAsync() : await host.ConnectAsync();
        await Wait.Until(() => host.Gate.Open == 1 && (!tls || host.TlsCounters.Completed == 1), "the silent connection is there");
        Assert.Equal(0, pool.Out);

        await using var derp = tls ? await host.ConnectTlsAsync() : await host.ConnectAsync();
        await derp.SendAsync("GET /derp HTTP/1.1\r\nUpgrade: DERP\r\n\r\n");
        await derp.ReadHeadAsync();
        await derp.ReadAsync(host.Relay.ServerKeyFrame.Length);
        Assert.True(pool.Rented > 0);
        Assert.Equal(0, pool.Out);

        await using var idle = tls ? await host.ConnectTlsAsync() : await host.ConnectAsync();
        await idle.SendAsync("GET /derp/probe HTTP/1.1\r\nHost: x\r\n\r\n");
        Assert.Equal(200, (await idle.ReadAnswerAsync()).Status);
        await Wait.Until(() => pool.Out == 0, "the kept-alive connection gives its buffers back");
    }
}
