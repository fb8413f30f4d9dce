using Relay.LoadTest.Derp;
using Relay.LoadTest.Traffic;

namespace Relay.LoadTest.Targets;

/// <summary>No relay: the two clients of a pair hold the two ends of one connection. What the generator itself can do.</summary>
internal sealed class DirectTarget : ITarget
{
    private readonly TemporaryCertificate? _certificate;
    private readonly Sink _sink;

    internal DirectTarget(bool tls)
    {
        _certificate = tls ? new TemporaryCertificate() : null;
        _sink = new Sink(_certificate);
    }

    public string Name => "direct";

    public IReadOnlyList<int> ServerPids => [];

    public IReadOnlyDictionary<string, string> Versions => new Dictionary<string, string>();

    public IReadOnlyList<DerpClient> Connect(TrafficPlan plan, CancellationToken stop) => _sink.Connect(plan, _sink.Address, stop);

    public void Dispose()
    {
        _sink.Dispose();
        _certificate?.Dispose();
    }
}
