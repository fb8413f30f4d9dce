using Relay.Agent.Commands;
using Relay.Protocol.Keys;

namespace Relay.Agent.WireGuard;

/// <summary>
/// Reads a wg-quick file. All of it is checked, also what the agent does not use: whoever mistypes a file should hear of
/// it from the first program that reads it. The message names file, line and column.
/// </summary>
internal sealed class ConfigParser
{
    private static readonly string[] InterfaceNames =
        ["PrivateKey", "ListenPort", "FwMark", "Address", "DNS", "MTU", "Table", "PreUp", "PostUp", "PreDown", "PostDown", "SaveConfig"];

    private static readonly string[] PeerNames = ["PublicKey", "PresharedKey", "AllowedIPs", "Endpoint", "PersistentKeepalive"];

    private readonly Dictionary<string, ConfigLine> _given = new(StringComparer.OrdinalIgnoreCase);
    private readonly Dictionary<NodeKey, ConfigLine> _peers = [];
    private NodePrivateKey? _privateKey;
    private int? _listenPort, _mtu;
    private ConfigLine? _interface, _section;

    private ConfigParser()
    {
    }

    /// <exception cref="CommandException">It has a mistake.</exception>
    internal static WireGuardConfig Parse(string text, string origin) => new ConfigParser().Read(text, origin);

    private WireGuardConfig Read(string text, string origin)
    {
        foreach (var line in ConfigLexer.Read(text, origin))
        {
            if (line.Value is null) BeginSection(line);
            else if (_section is null) throw line.WrongName($"{line.Name} stands before any section; [Interface] was expected first");
            else if (_section == _interface) Interface(line);
            else Peer(line);
        }

        EndSection();
        if (_interface is null) throw CommandException.Config($"{origin}:1:1: there is no [Interface] section; a wg-quick file was expected");
        if (_privateKey is not null && _peers.TryGetValue(_privateKey.Public, out var self))
            throw self.WrongValue("this peer's PublicKey is that of the interface itself; another node's was expected");
        return new WireGuardConfig { PrivateKey = _privateKey, ListenPort = _listenPort, Mtu = _mtu, Peers = [.. _peers.Keys] };
    }

    private void BeginSection(ConfigLine line)
    {
        EndSection();
        _given.Clear();
        _section = line;
        if (line.Name.Equals("Peer", StringComparison.OrdinalIgnoreCase)) return;
        if (!line.Name.Equals("Interface", StringComparison.OrdinalIgnoreCase)) throw line.WrongName($"[{line.Name}] is no section; [Interface] or [Peer] was expected");
        if (_interface is not null) throw line.WrongName($"there is a second [Interface]; the first is on line {_interface.Number}");
        _interface = line;
    }

    private void EndSection()
    {
        if (_section is not null && _section != _interface && !_given.ContainsKey("PublicKey"))
            throw _section.WrongName("this [Peer] has no PublicKey; each peer needs one");
    }

    private void Interface(ConfigLine line)
    {
        switch (Canonical(line, InterfaceNames))
        {
            case "PrivateKey":
                Once(line);
                _privateKey = ConfigValues.PrivateKey(line);
                break;
            case "ListenPort":
                Once(line);
                _listenPort = ConfigValues.Number(line, 0, 65535) is > 0 and var port ? port : null;
                break;
            case "MTU":
                Once(line);
                _mtu = ConfigValues.Number(line, 576, 65535);
                break;
            case "Address":
                ConfigValues.Networks(line);
                break;
            case "FwMark":
                ConfigValues.Mark(line);
                break;
            case "Table":
                ConfigValues.Table(line);
                break;
            case "SaveConfig":
                ConfigValues.Bool(line);
                break;
            default:
                // DNS takes names as well, and the commands are bash's.
                break;
        }
    }

    private void Peer(ConfigLine line)
    {
        switch (Canonical(line, PeerNames))
        {
            case "PublicKey":
                Once(line);
                var key = ConfigValues.PublicKey(line);
                if (!_peers.TryAdd(key, line)) throw line.WrongValue($"this peer is on line {_peers[key].Number} already");
                break;
            case "PresharedKey":
                Once(line);
                if (!NodeKey.TryParseWireGuard(line.Value, out _)) throw line.WrongValue("PresharedKey is no key; 44 characters of base64 were expected, such as wg genpsk prints");
                break;
            case "AllowedIPs":
                ConfigValues.Networks(line);
                break;
            case "Endpoint":
                Once(line);
                ConfigValues.EndPoint(line);
                break;
            default:
                Once(line);
                ConfigValues.Keepalive(line);
                break;
        }
    }

    private static string Canonical(ConfigLine line, string[] names)
    {
        if (names.FirstOrDefault(n => n.Equals(line.Name, StringComparison.OrdinalIgnoreCase)) is { } name) return name;
        var section = names == InterfaceNames ? "Interface" : "Peer";
        var other = names == InterfaceNames ? PeerNames : InterfaceNames;
        throw other.Contains(line.Name, StringComparer.OrdinalIgnoreCase)
            ? line.WrongName($"{line.Name} does not belong into [{section}]; it is a setting of [{(names == InterfaceNames ? "Peer" : "Interface")}]")
            : line.WrongName($"[{section}] has no {line.Name}; one of {string.Join(", ", names)} was expected");
    }

    private void Once(ConfigLine line)
    {
        if (!_given.TryAdd(line.Name, line)) throw line.WrongName($"{line.Name} is given twice; the first is on line {_given[line.Name].Number}");
    }
}
