using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Relay.Server.Http;

/// <summary>
/// Resolves the published names every ten minutes. A name that does not resolve is left out until the next round; the
/// addresses of the others are shuffled, so that clients spread (spec/derp.md 17).
/// </summary>
internal sealed class BootstrapDns(
    IReadOnlyList<string> names, Func<string, CancellationToken, Task<IPAddress[]>> resolve, TimeProvider time, ILogger<BootstrapDns> logger)
    : BackgroundService, IBootstrapDns
{
    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan RoundLimit = TimeSpan.FromMinutes(1);
    private static readonly JsonWriterOptions Tabs = new() { Indented = true, IndentCharacter = '\t', IndentSize = 1, NewLine = "\n" };

    private volatile byte[] _answer = [];

    public ReadOnlyMemory<byte> Answer => _answer;

    /// <summary>Resolves all names once.</summary>
    public async Task RefreshAsync(CancellationToken stopping)
    {
        using var limit = new CancellationTokenSource(RoundLimit, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, stopping);
        var found = await Task.WhenAll(names.Select(name => ResolveAsync(name, either.Token))).ConfigureAwait(false);
        stopping.ThrowIfCancellationRequested();
        _answer = Write(names.Zip(found).Where(entry => entry.Second.Length > 0));
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (names.Count == 0) return;
        using var timer = new PeriodicTimer(Interval, time);
        do await RefreshAsync(stoppingToken).ConfigureAwait(false);
        while (await timer.WaitForNextTickAsync(stoppingToken).ConfigureAwait(false));
    }

    private async Task<IPAddress[]> ResolveAsync(string name, CancellationToken cancellation)
    {
        try
        {
            // The system's resolver does not always heed its token.
            return await resolve(name, cancellation).WaitAsync(cancellation).ConfigureAwait(false);
        }
        catch (Exception e) when (e is SocketException or OperationCanceledException or ArgumentException)
        {
            HttpLog.BootstrapNameUnresolved(logger, name, e.Message);
            return [];
        }
    }

    private static byte[] Write(IEnumerable<(string Name, IPAddress[] Addresses)> entries)
    {
        var sorted = new SortedDictionary<string, IPAddress[]>(StringComparer.Ordinal);
        foreach (var (name, addresses) in entries) sorted[name] = addresses;
        if (sorted.Count == 0) return [];

        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer, Tabs))
        {
            json.WriteStartObject();
            foreach (var (name, addresses) in sorted)
            {
                Random.Shared.Shuffle(addresses);
                json.WriteStartArray(name);
                foreach (var address in addresses) json.WriteStringValue(address.ToString());
                json.WriteEndArray();
            }

            json.WriteEndObject();
        }

        return buffer.ToArray();
    }
}
