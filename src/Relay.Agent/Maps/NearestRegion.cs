using Relay.Agent.Commands;
using Relay.Client;
using Relay.Protocol.Keys;

namespace Relay.Agent.Maps;

/// <summary>Connects to the relay that a command is to use.</summary>
internal static class NearestRegion
{
    /// <summary>
    /// Connects to the region with this id, or races all regions of the map that clients may call home: the first
    /// connection that stands is the nearest by what counts.
    /// </summary>
    /// <exception cref="RelayException">None could be reached; the cause of the first one.</exception>
    internal static async Task<RelayConnection> ConnectAsync(
        RelaySource source, int? region, NodePrivateKey key, AgentEnvironment environment, CancellationToken stop)
    {
        var options = new RelayClientOptions { PrivateKey = key, UseEnvironmentProxy = true };
        var candidates = region is { } id
            ? [source.Region(id)]
            : source.Relayed().Where(r => !r.NoMeasureNoHome).ToList();
        if (candidates.Count == 0) throw CommandException.Config($"{source.Origin}: no region of the map has a relay to connect to");

        using var found = CancellationTokenSource.CreateLinkedTokenSource(stop);
        var racing = candidates.Select(r => RelayConnection.ConnectAsync(source.Endpoint(r), options, found.Token)).ToList();
        RelayException? first = null;
        while (racing.Count > 0)
        {
            var done = await Task.WhenAny(racing);
            racing.Remove(done);
            try
            {
                var connection = await done;
                await found.CancelAsync();
                environment.Note(ConnectText.Reached(connection));
                foreach (var late in racing) _ = CloseAsync(late);
                return connection;
            }
            catch (RelayException e)
            {
                first ??= e;
                if (racing.Count > 0) environment.Note(e.Message);
            }
        }

        throw first!;
    }

    private static async Task CloseAsync(Task<RelayConnection> late)
    {
        try
        {
            await (await late).DisposeAsync();
        }
        catch (Exception e) when (e is RelayException or OperationCanceledException)
        {
            // It lost the race.
        }
    }
}
