namespace Relay.Paths.Tests.Simulation;

/// <summary>
/// Two nodes, a network of some quality, traffic of some kind, and one misfortune after another, all drawn from a seed.
/// At the end everything is mended, then traffic stops.
/// </summary>
internal sealed class SimSchedule : IDisposable
{
    private static readonly TimeSpan Window = TimeSpan.FromSeconds(1);

    private readonly Random _random;
    private readonly SimPair _pair;
    private readonly List<string> _log = [];
    private readonly SimFlow _ab;
    private readonly SimFlow? _ba;
    private readonly TimeSpan _start;
    private int _moves;
    private bool _losesData;

    public SimSchedule(int seed)
    {
        _random = new Random(seed);
        _pair = new SimPair(seed, AnyNat(), AnyNat());
        var network = _pair.Network;
        network.Delay = Ms(1, 80);
        network.Jitter = Ms(0, 20);
        network.Loss = _random.Next(3) == 0 ? _random.NextDouble() * 0.05 : 0;
        network.Relay.Delay = Ms(2, 100);
        network.Relay.Loss = network.Loss / 2;
        foreach (var nat in new[] { _pair.NatA, _pair.NatB }) nat.Lifetime = TimeSpan.FromSeconds(_random.Next(2) == 0 ? 120 : 30);
        _start = network.Now;
        var interval = 10 + _random.Next(300);
        var size = _random.Next(2) == 0 ? 200 : 1452;
        _ab = SimFlow.Start(_pair.A, _pair.B, interval, size);
        _ba = _random.Next(4) == 0 ? null : SimFlow.Start(_pair.B, _pair.A, interval, size);
        Log($"{_pair.NatA.Kind} x {_pair.NatB.Kind}, a packet of {size} bytes every {interval} ms{(_ba is null ? ", one way" : "")}, "
            + $"delay {network.Delay.TotalMilliseconds:F0}+{network.Jitter.TotalMilliseconds:F0} ms, loss {network.Loss:P1}");
    }

    public string Story => string.Join('\n', _log);

    /// <summary>All that the two did: the same each time for one seed.</summary>
    public string Trace => $"{ChangesOf(_pair.A)}\n{ChangesOf(_pair.B)}\n{_pair.A.ControlSent.Count} {_pair.B.ControlSent.Count} {_pair.Network.Relay.Packets}";

    /// <summary>What went wrong, or null.</summary>
    public string? Run()
    {
        var network = _pair.Network;
        network.Run(_random.Next(10));
        for (var i = 0; i < 5; i++)
        {
            Misfortune();
            network.Run(6 + _random.Next(10));
        }

        Log("all is mended");
        network.Drop = null;
        var fault = JudgeHoles() ?? JudgeStorms() ?? JudgeMoves() ?? JudgeEnd();
        return fault ?? JudgeIdle();
    }

    public void Dispose() => _pair.Dispose();

    private void Misfortune()
    {
        var network = _pair.Network;
        var node = _random.Next(2) == 0 ? _pair.A : _pair.B;
        switch (_random.Next(9))
        {
            case 0:
                Log("direct packets are lost, both ways");
                network.Drop = (from, to, _) => !network.Stun.Contains(from) && !network.Stun.Contains(to);
                break;
            case 1:
                Log($"direct packets from {node.Name} are lost");
                network.Drop = (from, to, _) => !network.Stun.Contains(to) && IsOf(node, from);
                break;
            case 2:
                Log("data is lost, probes pass");
                (network.Drop, _losesData) = ((_, _, datagram) => !PathEngine.IsControl(datagram), true);
                break;
            case 3:
                Log($"data from {node.Name} is lost, probes pass");
                (network.Drop, _losesData) = ((from, _, datagram) => !PathEngine.IsControl(datagram) && IsOf(node, from), true);
                break;
            case 4:
                Log("packets over 1400 bytes are lost");
                (network.Drop, _losesData) = ((_, _, datagram) => datagram.Length > 1400, true);
                break;
            case 5:
                Log($"the router of {node.Name} forgets everything");
                node.Nat!.Flush();
                break;
            case 6:
                Roam(node);
                break;
            case 7:
                Log($"{node.Name} restarts");
                node.Restart();
                break;
            default:
                Log("the network is mended");
                network.Drop = null;
                break;
        }
    }

    private void Roam(SimNode node)
    {
        var nat = new SimNat(_pair.Network, $"203.0.113.{40 + ++_moves}", AnyNat());
        _pair.Network.Attach(nat.Public, nat);
        Log($"{node.Name} moves behind {nat.Kind} {nat.Public}");
        node.Move(nat, SimNetwork.At($"10.{10 + _moves}.0.2", 41641));
    }

    // The promise is two seconds for what is dropped silently, and five for data lost where probes pass. The engine is held to
    // less, and to what the network takes besides: both ends may have to notice, each after some round trips.
    private string? JudgeHoles()
    {
        var network = _pair.Network;
        network.Run(5);
        var bound = (_losesData ? 3.5 : 1.2) + 6 * (network.Delay + network.Jitter).TotalSeconds + (network.Loss > 0 ? 1 : 0);
        foreach (var flow in new[] { _ab, _ba })
        {
            if (flow?.LongestHole() is { } hole && hole.TotalSeconds > bound + flow.Interval.TotalSeconds)
                return $"nothing got from {flow.From} for {hole.TotalSeconds:F2} s, at most {bound:F2} were allowed; it began at {flow.LongestHoleAt() - _start}";
        }

        return null;
    }

    private string? JudgeStorms()
    {
        foreach (var node in new[] { _pair.A, _pair.B })
        {
            var sent = node.ControlSent;
            for (var (first, last) = (0, 0); last < sent.Count; last++)
            {
                while (sent[last] - sent[first] > Window) first++;
                if (last - first > 100) return $"{node.Name} sent {last - first} control packets in the second before {sent[last] - _start}";
            }

            var perSecond = sent.Count / (_pair.Network.Now - _start).TotalSeconds;
            if (perSecond > 20) return $"{node.Name} sent {perSecond:F0} control packets a second";
        }

        return null;
    }

    private string? JudgeMoves()
    {
        foreach (var node in new[] { _pair.A, _pair.B })
        {
            var moves = node.Changes.Count(change => change.Change.IsMove);
            if (moves > 16) return $"{node.Name} changed its path {moves} times:\n{ChangesOf(node)}";
        }

        return null;
    }

    private string? JudgeEnd()
    {
        var possible = NatPairs.CanBeDirect(_pair.A.Nat!.Kind, _pair.B.Nat!.Kind);
        // A path that lost data is tried again after half a minute, or more if it did so repeatedly.
        var within = _losesData ? 190 : 70;
        var took = _pair.RunUntil(() => IsDirect(_pair.A, _pair.B) && (_ba is null || IsDirect(_pair.B, _pair.A)), possible ? within : 10);
        if (possible == took.HasValue) return null;
        return $"{_pair.A.Nat.Kind} x {_pair.B.Nat.Kind} {(possible ? "did not become" : "became")} direct: "
            + $"{_pair.A.Status(_pair.B).Reason}, {_pair.B.Status(_pair.A).Reason}\n{ChangesOf(_pair.A)}\n{ChangesOf(_pair.B)}";
    }

    private string? JudgeIdle()
    {
        _ab.Stop();
        _ba?.Stop();
        var network = _pair.Network;
        network.Run(25);
        var before = _pair.A.ControlSent.Count + _pair.B.ControlSent.Count + network.Relay.Packets;
        network.Run(600);
        var sent = _pair.A.ControlSent.Count + _pair.B.ControlSent.Count + network.Relay.Packets - before;
        return sent == 0 ? null : $"{sent} packets were sent while nothing was to be sent";
    }

    private static bool IsDirect(SimNode node, SimNode peer) => node.PathTo(peer).Route is { UsesDirect: true, UsesRelay: false };

    private static bool IsOf(SimNode node, Stun.Messages.TransportAddress address) => address.WithPort(0) == node.Nat!.Public;

    private string ChangesOf(SimNode node) => string.Join('\n', node.Changes.Select(c => $"  {node.Name} {c.At - _start} {c.Change.From} -> {c.Change.To}: {c.Change.Reason}"));

    private NatClass AnyNat() => (NatClass)_random.Next(6);

    private TimeSpan Ms(int from, int to) => TimeSpan.FromMilliseconds(_random.Next(from, to + 1));

    private void Log(string what) => _log.Add($"{_pair.Network.Now - _start} {what}");
}
