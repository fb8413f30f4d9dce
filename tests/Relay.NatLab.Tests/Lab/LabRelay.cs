using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Nodes;
using Relay.Testing;
using Relay.Testing.Namespaces;

namespace Relay.NatLab.Tests.Lab;

/// <summary>A relayd on a public host of the lab, with TLS and a certificate of its own making, and STUN on all its addresses.</summary>
internal sealed class LabRelay : IAsyncDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("relay-lab-");
    private readonly NetworkNamespace _host;
    private readonly string[] _addresses;
    private readonly int _region;
    private Process _process = null!;
    private string _pin = "";

    private LabRelay(NetworkNamespace host, int region, string[] addresses) => (_host, _region, _addresses) = (host, region, addresses);

    internal static async Task<LabRelay> StartAsync(NetworkNamespace host, int region, params string[] addresses)
    {
        var relay = new LabRelay(host, region, addresses);
        await relay.StartAgainAsync();
        return relay;
    }

    /// <summary>Its region of a DERP map. Each further address is a node for STUN only.</summary>
    internal JsonObject Region() => new()
    {
        ["RegionID"] = _region,
        ["RegionCode"] = $"lab{_region}",
        ["RegionName"] = $"Lab {_region}",
        ["Nodes"] = new JsonArray([.. _addresses.Select((address, i) => new JsonObject
        {
            ["Name"] = $"{_region}{(char)('a' + i)}",
            ["RegionID"] = _region,
            ["HostName"] = address,
            ["IPv4"] = address.Contains(':', StringComparison.Ordinal) ? "none" : address,
            ["IPv6"] = address.Contains(':', StringComparison.Ordinal) ? address : "none",
            ["CertName"] = i == 0 ? _pin : null,
            ["STUNOnly"] = i > 0,
        })]),
    };

    /// <summary>Writes a map of these relays; the file is this relay's.</summary>
    internal string WriteMap(params LabRelay[] others)
    {
        var regions = new JsonObject();
        foreach (var relay in others.Prepend(this)) regions[$"{relay._region}"] = relay.Region();
        var path = Path.Combine(_folder.FullName, "map.json");
        File.WriteAllText(path, new JsonObject { ["Regions"] = regions }.ToJsonString(new JsonSerializerOptions { WriteIndented = true }));
        return path;
    }

    /// <summary>As a power cut does it.</summary>
    internal async Task KillAsync()
    {
        _process.Kill();
        await Eventually.Done(_process.WaitForExitAsync(), "relayd to die");
    }

    /// <summary>SIGTERM: the told restart.</summary>
    internal async Task DrainAsync()
    {
        await Tool.RunAsync("kill", "-TERM", $"{_process.Id}");
        await Eventually.Done(_process.WaitForExitAsync(), "relayd to end", TimeSpan.FromSeconds(40));
    }

    /// <summary>With the same key and certificate as before.</summary>
    internal async Task StartAgainAsync()
    {
        string[] listen = [.. _addresses.SelectMany(a => new[] { "--listen", EndPoint(a, 443), "--stun-listen", EndPoint(a, 3478) })];
        _process = _host.Start(
            await LabBinaries.RelaydAsync(),
            ["--hostname", _addresses[0], "--tls", "self-signed", "--http-listen", "off",
                "--admin-listen", "127.0.0.1:0", "--admit", "open", "--cert-dir", _folder.FullName, "--key-file", Path.Combine(_folder.FullName, "key"), .. listen]);
        _ = _process.StandardOutput.ReadToEndAsync();
        var errors = _process.StandardError.ReadToEndAsync();
        var relay = await LabBinaries.RelayAsync();
        await Eventually.True(
            async () =>
            {
                if (_process.HasExited) Assert.Fail($"relayd ended: {await errors}");
                var (exit, output) = await Tool.RunAsync("ip", "netns", "exec", _host.Name, relay, "map", $"https://{Bracketed(_addresses[0])}");
                if (exit == 0) _pin = output[output.IndexOf("sha256-raw:", StringComparison.Ordinal)..][..75];
                return exit == 0;
            },
            "relayd to answer",
            TimeSpan.FromSeconds(60));
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited) await KillAsync();
        _folder.Delete(recursive: true);
    }

    private static string EndPoint(string address, int port) => $"{Bracketed(address)}:{port}";

    private static string Bracketed(string address) => address.Contains(':', StringComparison.Ordinal) ? $"[{address}]" : address;
}
