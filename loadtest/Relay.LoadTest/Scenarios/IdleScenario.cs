using Relay.LoadTest.Commands;
using Relay.LoadTest.Derp;
using Relay.LoadTest.Measuring;
using Relay.LoadTest.Reports;
using Relay.LoadTest.Targets;

namespace Relay.LoadTest.Scenarios;

/// <summary>Clients that are connected and do nothing, as most are: what each holds of the relay's memory.</summary>
internal sealed class IdleScenario : Scenario
{
    private const int DefaultClients = 8000;

    // The first ones pay for code, pools and threads.
    private const int WarmUpClients = 500;

    internal override string Name => "idle";

    internal override string Summary => "Connects --count clients that do nothing, and says what each costs in memory.";

    internal override string Counts => "Clients";

    internal override async Task<IReadOnlyList<Row>> RunAsync(ITarget target, LoadOptions options, CancellationToken stop)
    {
        var relay = Relay(target);
        if (target.ServerPids.Count == 0) throw LoadException.Usage("idle needs the server's memory: give --server-pid, or --start-server");
        var clients = new List<DerpClient>();
        try
        {
            clients.AddRange(Connect(relay, WarmUpClients, stop));
            await Task.Delay(options.WarmUp, TimeProvider.System, stop);
            var before = Used(target);
            var count = options.Count ?? DefaultClients;
            clients.AddRange(Connect(relay, count, stop));
            var (quiet, ownQuiet) = (Used(target), ProcessUsage.Of(Environment.ProcessId)!.Value);
            await Task.Delay(options.Seconds, TimeProvider.System, stop);
            var after = Used(target);
            var row = new Row { Target = target.Name, BytesPerIdleClient = (double)(after.ResidentBytes - before.ResidentBytes) / count };
            return [row.With(after - quiet, ProcessUsage.Of(Environment.ProcessId)!.Value - ownQuiet, options.Seconds.TotalSeconds, count: 0)];
        }
        finally
        {
            foreach (var client in clients) client.Dispose();
        }
    }

    private static ProcessUsage Used(ITarget target) => ProcessUsage.Of(target.ServerPids) ?? throw LoadException.Failed("the server ended");

    private static IReadOnlyList<DerpClient> Connect(RelayTarget relay, int count, CancellationToken stop)
    {
        try
        {
            return relay.ConnectIdle(count, stop);
        }
        catch (IOException e)
        {
            throw LoadException.Unavailable($"{relay.Name}: {e.Message}", e);
        }
    }
}
