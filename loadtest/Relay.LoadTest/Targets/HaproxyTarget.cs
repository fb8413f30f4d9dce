using System.Diagnostics;
using System.Net;
using System.Net.NetworkInformation;
using Relay.LoadTest.Commands;
using Relay.LoadTest.Derp;
using Relay.LoadTest.Traffic;

namespace Relay.LoadTest.Targets;

/// <summary>
/// HAProxy as a relay of bytes, TLS on both sides or on none: the price of the crypto and of the kernel alone, for what
/// it moves from one connection to one other without looking.
/// </summary>
internal sealed class HaproxyTarget : ITarget
{
    private const string Program = "haproxy";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(10);

    private readonly TemporaryCertificate _certificate = new();
    private readonly Sink _sink;
    private readonly ServerProcess? _process;
    private readonly IPEndPoint _address;

    internal HaproxyTarget(bool tls, IReadOnlyList<int> processors)
    {
        _sink = new Sink(tls ? _certificate : null);
        _address = new IPEndPoint(IPAddress.Loopback, FreePort.Tcp());
        try
        {
            var file = Path.Combine(_certificate.Folder, "haproxy.cfg");
            File.WriteAllText(file, Configuration(tls));
            _process = new ServerProcess(Program, ["-db", "-f", file], processors);
            WaitUntilUp(_process);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    public string Name => Program;

    public IReadOnlyList<int> ServerPids => [_process!.Id];

    public IReadOnlyDictionary<string, string> Versions => new Dictionary<string, string> { [Program] = Version() };

    public IReadOnlyList<DerpClient> Connect(TrafficPlan plan, CancellationToken stop) => _sink.Connect(plan, _address, stop);

    public void Dispose()
    {
        _process?.Dispose();
        _sink.Dispose();
        _certificate.Dispose();
    }

    // One thread: it is measured on one core. Its session cache and tickets are as Debian ships them.
    private string Configuration(bool tls) => $"""
        global
            nbthread 1
            maxconn 5000
        defaults
            mode tcp
            timeout connect 10s
            timeout client 1h
            timeout server 1h
        listen relay
            bind {_address}{(tls ? $" ssl crt {_certificate.File}" : "")}
            server sink {_sink.Address}{(tls ? " ssl verify none" : "")}

        """;

    private void WaitUntilUp(ServerProcess process)
    {
        var since = Stopwatch.GetTimestamp();
        while (!Listening())
        {
            if (process.EndsWithin(Pause)) throw LoadException.Unavailable($"haproxy did not start: {process.Errors}");
            if (Stopwatch.GetElapsedTime(since) > Patience)
                throw LoadException.Unavailable($"haproxy does not listen on {_address} after {Patience.TotalSeconds} s: {process.Errors}");
        }
    }

    // Asked of the kernel: a connection to try it would become a pair's.
    private bool Listening() => IPGlobalProperties.GetIPGlobalProperties().GetActiveTcpListeners().Contains(_address);

    private static string Version()
    {
        using var asked = new ServerProcess(Program, ["-v"], []);
        return asked.Output.ReadLine() ?? "";
    }
}
