using System.Globalization;
using System.Security.Cryptography;
using Relay.LoadTest.Commands;

namespace Relay.LoadTest.Targets;

/// <summary>The relayds that were started to be measured: one, or several that forward to each other.</summary>
internal sealed class StartedRegion : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    private readonly TemporaryCertificate? _certificate;
    private readonly List<StartedRelay> _relays = [];

    private StartedRegion(TemporaryCertificate? certificate) => _certificate = certificate;

    internal IReadOnlyList<StartedRelay> Relays => _relays;

    /// <summary>Starts them and waits until all are up, and linked.</summary>
    internal static async Task<StartedRegion> StartAsync(ServerOptions options, CancellationToken stop)
    {
        var region = new StartedRegion(options.Nodes > 1 ? new TemporaryCertificate() : null);
        try
        {
            if (options.Nodes > 1) await region.StartMeshAsync(options, stop);
            else region._relays.Add(await StartedRelay.StartAsync(options, port: 0, options.Plain ? [] : ["--tls", "self-signed"], stop));
            return region;
        }
        catch
        {
            region.Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        foreach (var relay in _relays) relay.Dispose();
        _certificate?.Dispose();
    }

    // Who dials a relay must know its port and its certificate before it is started.
    private async Task StartMeshAsync(ServerOptions options, CancellationToken stop)
    {
        var key = Path.Combine(_certificate!.Folder, "mesh.key");
        await File.WriteAllTextAsync(key, Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32)), stop);
        File.SetUnixFileMode(key, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        var ports = Enumerable.Range(0, options.Nodes).Select(_ => FreePort.Tcp()).ToList();
        var members = ports.Select(port => string.Create(CultureInfo.InvariantCulture, $"{TemporaryCertificate.Host}:{port}#{_certificate.Pin}"));
        string[] flags = ["--tls", "files", "--cert-dir", _certificate.Folder, "--mesh-key-file", key, "--mesh-with", string.Join(',', members)];
        foreach (var port in ports) _relays.Add(await StartedRelay.StartAsync(options, port, flags, stop));
        foreach (var relay in _relays) await WaitForLinksAsync(relay, stop);
    }

    private async Task WaitForLinksAsync(StartedRelay relay, CancellationToken stop)
    {
        using var http = new HttpClient(new SocketsHttpHandler { UseProxy = false });
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(stop);
        patience.CancelAfter(Patience);
        try
        {
            while (CountLinks(await http.GetStringAsync(relay.Metrics, patience.Token)) < _relays.Count - 1)
                await Task.Delay(Pause, TimeProvider.System, patience.Token);
        }
        catch (OperationCanceledException e) when (!stop.IsCancellationRequested)
        {
            throw LoadException.Unavailable($"the relayds are not linked after {Patience.TotalSeconds} s: {relay.Errors}", e);
        }
    }

    private static int CountLinks(string metrics) => metrics.Split('\n').Count(line =>
        line.StartsWith("relay_mesh_link_state{", StringComparison.Ordinal)
        && line.Contains("state=\"up\"", StringComparison.Ordinal) && line.EndsWith(" 1", StringComparison.Ordinal));
}
