using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Console;
using Microsoft.Extensions.Options;
using Relay.Host.Startup;
using Relay.Host.Tests.Support;

namespace Relay.Host.Tests.Startup;

public sealed class RelaydLoggingTests
{
    [Fact]
    public void Console_ThatNobodyReads_HoldsNobodyUp()
    {
        var services = new ServiceCollection();
        services.AddLogging(logging => logging.AddRelaydConsole(Bind.Options("--dev"), TimeProvider.System));
        using var provider = services.BuildServiceProvider();

        var console = provider.GetRequiredService<IOptions<ConsoleLoggerOptions>>().Value;

        Assert.Equal(ConsoleLoggerQueueFullMode.DropWrite, console.QueueFullMode);
    }
}
