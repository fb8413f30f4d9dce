using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.Json;
using Relay.Protocol.Keys;
using Relay.Testing;
using Relay.Testing.Namespaces;

namespace Relay.NatLab.Tests.Lab;

/// <summary>A machine with wireguard-go and the agent.</summary>
internal sealed class LabNode : IAsyncDisposable
{
    private static int _last;

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("relay-lab-");
    private readonly NodePrivateKey _key = NodePrivateKey.Generate();
    private readonly List<Process> _processes = [];
    private ConcurrentQueue<LabEvent> _events = new();
    private Process? _agent;
    private string _errors = "";

    private LabNode(NetworkNamespace host, string address)
    {
        (Host, Address) = (host, address);
        // wireguard-go's control socket is in one folder for the whole machine: the name has to be nobody else's.
        Device = $"wl{Environment.ProcessId % 100_000}n{Interlocked.Increment(ref _last)}";
    }

    internal NetworkNamespace Host { get; }

    /// <summary>Inside WireGuard.</summary>
    internal string Address { get; }

    internal string Device { get; }

    internal NodeKey Key => _key.Public;

    internal Process Agent => _agent!;

    internal IReadOnlyCollection<LabEvent> Events => _events;

    private string ConfigPath => Path.Combine(_folder.FullName, $"{Device}.conf");

    private string ControlPath => Path.Combine(_folder.FullName, "control");

    /// <summary>Makes the interface; <see cref="AddPeerAsync"/> gives it somebody to talk to.</summary>
    internal static async Task<LabNode> CreateAsync(NetworkNamespace host, string address)
    {
        var node = new LabNode(host, address);
        await node.StartWireGuardAsync();
        await File.WriteAllTextAsync(node.ConfigPath, $"[Interface]\nPrivateKey = {node._key.RevealWireGuard()}\nListenPort = 51820\nAddress = {address}/16\n");
        return node;
    }

    internal async Task AddPeerAsync(LabNode peer, string? endPoint = null)
    {
        await File.AppendAllTextAsync(ConfigPath, $"[Peer]\nPublicKey = {peer.Key.ToWireGuard()}\nAllowedIPs = {peer.Address}/32\n{(endPoint is null ? "" : $"Endpoint = {endPoint}\n")}");
        await ConfigureAsync();
    }

    /// <summary>Starts the agent, with a log of its own.</summary>
    internal async Task StartAgentAsync(string map, IReadOnlyDictionary<string, string>? variables = null)
    {
        _events = new ConcurrentQueue<LabEvent>();
        string[] environment = [.. (variables ?? new Dictionary<string, string>()).Select(v => $"{v.Key}={v.Value}")];
        _agent = Host.Start("env", [.. environment, await LabBinaries.RelayAsync(), "up", ConfigPath, "--map", map, "--control", ControlPath, "--json"]);
        _processes.Add(_agent);
        var events = _events;
        _agent.OutputDataReceived += (_, line) =>
        {
            if (line.Data is not null && LabEvent.Parse(line.Data) is { } parsed) events.Enqueue(parsed);
        };
        _agent.ErrorDataReceived += (_, line) => _errors += line.Data + "\n";
        _agent.BeginOutputReadLine();
        _agent.BeginErrorReadLine();
    }

    internal async Task StopAgentAsync()
    {
        await Tool.RunAsync("kill", "-TERM", $"{_agent!.Id}");
        await Eventually.Done(_agent.WaitForExitAsync(), "the agent to end");
        Assert.True(_agent.ExitCode == 0, $"the agent ended with {_agent.ExitCode}: {_errors}");
    }

    /// <summary>The first event of this kind, when it comes.</summary>
    internal async Task<LabEvent> EventAsync(Func<LabEvent, bool> isIt, string what, TimeSpan? within = null)
    {
        var (limit, start) = (within ?? TimeSpan.FromSeconds(30), TimeProvider.System.GetTimestamp());
        LabEvent? found = null;
        await Eventually.True(
            () =>
            {
                if (_agent!.HasExited) Assert.Fail($"the agent ended: {_errors}{Log()}");
                // Here, not by the wait's own deadline: what the agent said so far explains the most.
                if (TimeProvider.System.GetElapsedTime(start) > limit) Assert.Fail($"waited {limit.TotalSeconds:0} s for {what}; {Device} said:\n{Log()}");
                return (found = _events.FirstOrDefault(isIt)) is not null;
            },
            what,
            limit + TimeSpan.FromSeconds(10));
        return found!;
    }

    internal Task<LabEvent> ConnectedAsync() => EventAsync(e => e.Name == "relay" && e.Fields["state"] == "connected" && e.Fields["why"] is null, "the relay");

    internal string Log() => string.Join("\n", _events.Select(e => $"{e.Time:HH:mm:ss.fff} {e.Name} {string.Join(' ', e.Fields.Where(f => f.Key is not ("time" or "event")).Select(f => $"{f.Key}={f.Value}"))}"));

    /// <summary>What <c>relay status --json</c> says of its only peer.</summary>
    internal async Task<JsonElement> PeerStatusAsync()
    {
        var output = await Host.RunAsync(await LabBinaries.RelayAsync(), "status", "--json", "--control", ControlPath);
        return JsonDocument.Parse(output).RootElement.GetProperty("peers")[0];
    }

    internal Task<string> StatusTableAsync() => RunRelayAsync("status", "--control", ControlPath);

    internal Process Start(string tool, params string[] arguments)
    {
        var process = Host.Start(tool, arguments);
        _processes.Add(process);
        return process;
    }

    internal LabPing StartPing(LabNode to, double interval) => new(Start("ping", "-n", "-D", "-i", interval.ToString(System.Globalization.CultureInfo.InvariantCulture), to.Address));

    /// <summary>As after a crash: a new process, the same interface name and configuration.</summary>
    internal async Task RestartWireGuardAsync()
    {
        _processes[0].Kill();
        await _processes[0].WaitForExitAsync();
        _processes.RemoveAt(0);
        File.Delete($"/run/wireguard/{Device}.sock");
        await StartWireGuardAsync();
        await ConfigureAsync();
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var process in _processes.Where(p => !p.HasExited))
        {
            process.Kill(entireProcessTree: true);
            await process.WaitForExitAsync();
        }

        File.Delete($"/run/wireguard/{Device}.sock");
        _folder.Delete(recursive: true);
        _key.Dispose();
    }

    private async Task<string> RunRelayAsync(params string[] arguments) => await Host.RunAsync(await LabBinaries.RelayAsync(), arguments);

    private async Task StartWireGuardAsync()
    {
        var process = Host.Start("wireguard-go", "-f", Device);
        _ = process.StandardOutput.ReadToEndAsync();
        _ = process.StandardError.ReadToEndAsync();
        _processes.Insert(0, process);
        await Eventually.True(() => File.Exists($"/run/wireguard/{Device}.sock"), "wireguard-go to listen", TimeSpan.FromSeconds(30));
        await Host.RunAsync("ip", "addr", "add", $"{Address}/16", "dev", Device);
        await Host.RunAsync("ip", "link", "set", Device, "mtu", "1420", "up");
    }

    private async Task ConfigureAsync()
    {
        var plain = Path.Combine(_folder.FullName, "wg.conf");
        await File.WriteAllLinesAsync(plain, (await File.ReadAllLinesAsync(ConfigPath)).Where(l => !l.StartsWith("Address", StringComparison.Ordinal)));
        await Host.RunAsync("wg", "setconf", Device, plain);
    }
}
