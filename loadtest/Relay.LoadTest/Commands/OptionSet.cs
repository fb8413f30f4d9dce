using System.CommandLine;
using System.Net;
using Relay.LoadTest.Derp;

namespace Relay.LoadTest.Commands;

/// <summary>The options of a command, and what they were given. A new one for each command: the parser links options to it.</summary>
internal sealed class OptionSet(string counts, int runs = 1)
{
    private readonly Option<string[]> _url = new("--url")
    {
        Description = "The relay, as https://host[:port], or http for one without TLS. Several: relays of one region, each pair's sender on one and its receiver on the next.",
        HelpName = "URL",
    };
    private readonly Option<int[]> _pid = new("--server-pid")
    {
        Description = "Its process, to read its CPU time and memory, if it is on this machine. Several: they are added up.",
        HelpName = "PID",
    };
    private readonly Option<string?> _start = new("--start-server")
    {
        Description = "Start a relayd to be measured instead: this file, or the Release build of the source tree.",
        HelpName = "FILE",
        Arity = ArgumentArity.ZeroOrOne,
    };
    private readonly Option<bool> _plain = new("--plain") { Description = "With --start-server, and for direct: without TLS." };
    private readonly Option<int> _nodes = Number("--nodes", "With --start-server: so many relayds in one region, each pair's sender on one and its receiver on the next.", 1);
    private readonly Option<string?> _serverCpu = Text("--server-cpu", "LIST", "With --start-server: the processors it is kept on, such as 0 or 0,2-3.");
    private readonly Option<string?> _flags = Text("--server-flags", "FLAGS", "With --start-server: more flags for relayd, in one word.");
    private readonly Option<string?> _cpu = Text("--cpu", "LIST", "The processors that the generator is kept on.");
    private readonly Option<int> _threads = Number("--threads", "Threads of the generator.", 1);
    private readonly Option<string> _transport = new("--transport") { Description = "raw, fast-start or websocket.", DefaultValueFactory = _ => "raw", HelpName = "KIND" };
    private readonly Option<string?> _stun = Text("--stun", "ADDRESS:PORT", "For stun: where STUN is answered.");
    private readonly Option<double> _seconds = new("--seconds") { Description = "How long to measure.", DefaultValueFactory = _ => 10, HelpName = "N" };
    private readonly Option<double> _warmUp = new("--warmup") { Description = "How long to run before that.", DefaultValueFactory = _ => 2, HelpName = "SECONDS" };
    private readonly Option<int> _runs = Number("--runs", "How often to do it all; the table ends with the medians.", runs);
    private readonly Option<int?> _count = new("--count", "--pairs", "--clients") { Description = counts + ".", HelpName = "N" };
    private readonly Option<int> _size = Number("--size", "Bytes of a packet.", 1280);
    private readonly Option<int?> _batch = new("--batch") { Description = "Frames that a client writes at once; stock clients write 1.", HelpName = "N" };
    private readonly Option<double?> _rate = new("--rate") { Description = "A second, of each pair (connect, stun: in all).", HelpName = "N" };
    private readonly Option<int?> _window = new("--window") { Description = "Packets of a pair that may be on their way where there is no rate.", HelpName = "N" };
    private readonly Option<int> _frozen = Number("--frozen", "So many pairs more, whose receivers never read.", 0);
    private readonly Option<string?> _json = Text("--json", "FILE", "Write the result there as one JSON object.");
    private readonly Option<string?> _html = Text("--html", "FILE", "Write the result there as one page with charts.");

    private IReadOnlyList<Option> All =>
    [
        _url, _pid, _start, _plain, _nodes, _serverCpu, _flags, _cpu, _threads, _transport, _stun, _seconds, _warmUp, _runs,
        _count, _size, _batch, _rate, _window, _frozen, _json, _html,
    ];

    internal void AddTo(Command command)
    {
        foreach (var option in All) command.Options.Add(option);
    }

    /// <exception cref="LoadException">A value is none that can be used.</exception>
    internal BenchOptions Read(ParseResult line, IReadOnlyList<string> args)
    {
        var starts = line.GetResult(_start) is not null;
        var urls = line.GetValue(_url) ?? [];
        if (starts && urls.Length > 0) throw LoadException.Usage("--url and --start-server: expected one of them");
        var nodes = Between(line.GetValue(_nodes), 1, 64, "--nodes");
        if (!starts) CheckAlone(line, nodes, urls.Length);
        var options = new LoadOptions
        {
            Urls = [.. urls.Select(url => RelayUrl.Parse(url))],
            ServerPids = line.GetValue(_pid) ?? [],
            Stun = line.GetValue(_stun) is { } stun ? EndPoint(stun) : null,
            Transport = Transport(line.GetValue(_transport)!),
            Seconds = TimeSpan.FromSeconds(Between(line.GetValue(_seconds), 0.1, 86_400, "--seconds")),
            WarmUp = TimeSpan.FromSeconds(Between(line.GetValue(_warmUp), 0, 3600, "--warmup")),
            Runs = Between(line.GetValue(_runs), 1, 1000, "--runs"),
            Threads = Between(line.GetValue(_threads), 1, 256, "--threads"),
            Processors = Processors(line, _cpu),
            Count = line.GetValue(_count) is { } count ? Between(count, 1, 100_000, "--count") : null,
            Size = Between(line.GetValue(_size), Traffic.Packet.MinSize, 65_536, "--size"),
            Batch = line.GetValue(_batch) is { } batch ? Between(batch, 1, 1024, "--batch") : null,
            Rate = line.GetValue(_rate) is { } rate ? Between(rate, 0.01, 10_000_000, "--rate") : null,
            Window = line.GetValue(_window) is { } window ? Between(window, 1, 65_536, "--window") : null,
            Frozen = Between(line.GetValue(_frozen), 0, 1000, "--frozen"),
        };
        return new BenchOptions
        {
            Load = options,
            Server = starts ? Server(line, nodes) : null,
            Plain = line.GetValue(_plain),
            Json = line.GetValue(_json),
            Html = line.GetValue(_html),
            Command = "relay-load " + string.Join(' ', args.Select(arg => arg.Contains(' ') ? $"\"{arg}\"" : arg)),
        };
    }

    // Whoever gives one of these believes that it was heeded.
    private void CheckAlone(ParseResult line, int nodes, int urls)
    {
        if (nodes > 1) throw LoadException.Usage($"--nodes {nodes}: needs --start-server; for relays that run already give --url for each");
        foreach (var option in new[] { _serverCpu, _flags })
        {
            if (line.GetValue(option) is { } text) throw LoadException.Usage($"{option.Name} {text}: needs --start-server; a relay that runs already has its processors and flags");
        }

        if (urls > 0 && line.GetValue(_plain)) throw LoadException.Usage("--plain: needs --start-server, or direct; give --url as http://HOST for a relay without TLS");
    }

    private ServerOptions Server(ParseResult line, int nodes)
    {
        var plain = line.GetValue(_plain);
        if (plain && nodes > 1) throw LoadException.Usage("--plain and --nodes: relays forward to each other over TLS only");
        return new ServerOptions(
            line.GetValue(_start), plain, nodes, Processors(line, _serverCpu),
            line.GetValue(_flags)?.Split(' ', StringSplitOptions.RemoveEmptyEntries) ?? []);
    }

    private static IReadOnlyList<int> Processors(ParseResult line, Option<string?> option)
    {
        var list = ProcessorList.Parse(option.Name, line.GetValue(option));
        return Links.Libc.HasAll(list) ? list : throw LoadException.Usage($"{option.Name} {line.GetValue(option)}: this machine has no such processors, or not for this program");
    }

    private static IPEndPoint EndPoint(string text) => IPEndPoint.TryParse(text, out var address) && address.Port != 0
        ? address
        : throw LoadException.Usage($"--stun {text}: expected an address and a port, such as 127.0.0.1:3478");

    private static TransportKind Transport(string text) => text switch
    {
        "raw" => TransportKind.Raw,
        "fast-start" => TransportKind.FastStart,
        "websocket" => TransportKind.WebSocket,
        _ => throw LoadException.Usage($"--transport {text}: expected raw, fast-start or websocket"),
    };

    private static T Between<T>(T value, T least, T most, string option)
        where T : IComparable<T> =>
        value.CompareTo(least) >= 0 && value.CompareTo(most) <= 0 ? value : throw LoadException.Usage($"{option} {value}: expected {least} to {most}");

    private static Option<string?> Text(string name, string value, string description) => new(name) { Description = description, HelpName = value };

    private static Option<int> Number(string name, string description, int usual) => new(name) { Description = description, DefaultValueFactory = _ => usual, HelpName = "N" };
}
