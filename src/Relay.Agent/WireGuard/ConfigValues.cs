using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Relay.Protocol.Keys;

namespace Relay.Agent.WireGuard;

/// <summary>The kinds of value that settings have. Each says what would be right; never a secret.</summary>
internal static class ConfigValues
{
    internal static NodeKey PublicKey(ConfigLine line)
    {
        if (!NodeKey.TryParseWireGuard(line.Value, out var key)) throw line.WrongValue($"{line.Name} \"{line.Value}\" is no key; 44 characters of base64 were expected");
        return key.IsZero ? throw line.WrongValue($"{line.Name} is all zero; the key of a node was expected") : key;
    }

    internal static NodePrivateKey PrivateKey(ConfigLine line) =>
        NodeKey.TryParseWireGuard(line.Value, out _) && NodePrivateKey.TryParse(line.Value) is { } key
            ? key
            : throw line.WrongValue($"{line.Name} is no private key; 44 characters of base64 were expected, such as wg genkey prints");

    internal static int Number(ConfigLine line, int least, int most) =>
        int.TryParse(line.Value, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most
            ? number
            : throw line.WrongValue($"{line.Name} is \"{line.Value}\"; {least} to {most} was expected");

    /// <summary>An address, with or without a prefix length.</summary>
    internal static void Networks(ConfigLine line)
    {
        foreach (var (text, offset) in line.List())
        {
            var slash = text.IndexOf('/', StringComparison.Ordinal);
            var host = slash < 0 ? text : text[..slash];
            if (!IPAddress.TryParse(host, out var address) || (address.AddressFamily == AddressFamily.InterNetwork && host.Count(c => c == '.') != 3))
                throw line.WrongValue($"\"{host}\" is no IP address; an address such as 10.0.0.2/32 or fd00::2/128 was expected", offset);
            var bits = address.AddressFamily == AddressFamily.InterNetwork ? 32 : 128;
            if (slash < 0) continue;
            if (!int.TryParse(text[(slash + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out var length) || length > bits)
                throw line.WrongValue($"\"{text[(slash + 1)..]}\" is no prefix length; 0 to {bits} was expected", offset + slash + 1);
        }
    }

    /// <summary><c>host:port</c>; the agent replaces it, but a mistake in it is one of the file.</summary>
    internal static void EndPoint(ConfigLine line)
    {
        var value = line.Value!;
        var colon = value.LastIndexOf(':');
        if (colon <= 0) throw line.WrongValue($"{line.Name} \"{value}\" has no port; host:port was expected");
        var host = value[..colon];
        if (host[0] == '[' && host[^1] == ']') host = host[1..^1];
        else if (host.Contains(':', StringComparison.Ordinal)) throw line.WrongValue($"\"{host}\" is an IPv6 address without brackets; [address]:port was expected");
        if (Uri.CheckHostName(host) == UriHostNameType.Unknown) throw line.WrongValue($"\"{host}\" is no host; a name or an address was expected");
        if (!ushort.TryParse(value.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var port) || port == 0)
            throw line.WrongValue($"\"{value[(colon + 1)..]}\" is no port; 1 to 65535 was expected", colon + 1);
    }

    internal static void Keepalive(ConfigLine line)
    {
        if (!line.Value!.Equals("off", StringComparison.OrdinalIgnoreCase)) Number(line, 0, 65535);
    }

    internal static void Mark(ConfigLine line)
    {
        var value = line.Value!;
        if (value.Equals("off", StringComparison.OrdinalIgnoreCase)) return;
        var hex = value.StartsWith("0x", StringComparison.OrdinalIgnoreCase);
        if (!uint.TryParse(hex ? value.AsSpan(2) : value, hex ? NumberStyles.AllowHexSpecifier : NumberStyles.None, CultureInfo.InvariantCulture, out _))
            throw line.WrongValue($"{line.Name} is \"{value}\"; off, or a number of 32 bits was expected");
    }

    internal static void Bool(ConfigLine line)
    {
        if (line.Value is not ("true" or "false")) throw line.WrongValue($"{line.Name} is \"{line.Value}\"; true or false was expected");
    }

    internal static void Table(ConfigLine line)
    {
        if (line.Value is "auto" or "off" or "main" or "local" or "default") return;
        if (!uint.TryParse(line.Value, NumberStyles.None, CultureInfo.InvariantCulture, out _))
            throw line.WrongValue($"{line.Name} is \"{line.Value}\"; auto, off, or the number of a routing table was expected");
    }
}
