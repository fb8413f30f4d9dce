using System.Text;

namespace Relay.Server.Http;

/// <summary>The head of a request that switches to raw DERP (spec/derp.md 5.1).</summary>
/// <param name="Length">Bytes of the head, with the empty line. What follows belongs to DERP.</param>
/// <param name="FastStart">The client expects no HTTP answer.</param>
/// <param name="IdealNode">The node of the region on which the client would rather be; see <see cref="Http.IdealNode.Of"/>.</param>
internal readonly record struct DerpHead(int Length, bool FastStart, string? IdealNode)
{
    /// <summary>All <c>X-Forwarded-For</c> lines, joined in their order; null without one.</summary>
    public string? ForwardedFor { get; init; }

    /// <summary>
    /// Judges the start of a connection. Neither the method nor the HTTP/1 version is looked at, as in the reference. Lines
    /// may end in a bare LF; of a repeated header the first counts.
    /// </summary>
    public static DerpHeadVerdict Read(ReadOnlySpan<byte> input, out DerpHead head)
    {
        head = default;
        var rest = input;
        if (!TryReadLine(ref rest, out var line)) return DerpHeadVerdict.NeedMoreData;
        if (!IsDerpRequest(line)) return DerpHeadVerdict.NotDerp;

        Fields fields = default;
        while (TryReadLine(ref rest, out line))
        {
            if (line.IsEmpty) return fields.Judge(input.Length - rest.Length, out head);
            if (!fields.TryTake(line)) return DerpHeadVerdict.NotDerp;
        }

        return DerpHeadVerdict.NeedMoreData;
    }

    private static bool TryReadLine(scoped ref ReadOnlySpan<byte> rest, out ReadOnlySpan<byte> line)
    {
        line = default;
        var end = rest.IndexOf((byte)'\n');
        if (end < 0) return false;
        line = rest[..end];
        if (line.EndsWith("\r"u8)) line = line[..^1];
        rest = rest[(end + 1)..];
        return true;
    }

    private static bool IsDerpRequest(ReadOnlySpan<byte> line)
    {
        var method = line.IndexOf((byte)' ');
        var version = line.LastIndexOf((byte)' ');
        if (method <= 0 || version <= method || !line[(version + 1)..].StartsWith("HTTP/1."u8)) return false;
        var target = line[(method + 1)..version];
        return PathOf(target).SequenceEqual("/derp"u8);
    }

    /// <summary>The path of an origin-form (<c>/derp?x</c>) or absolute-form (<c>http://host/derp?x</c>) target; empty for others.</summary>
    private static ReadOnlySpan<byte> PathOf(ReadOnlySpan<byte> target)
    {
        if (!target.StartsWith("/"u8))
        {
            var scheme = target.IndexOf("://"u8);
            if (scheme <= 0) return default;
            target = target[(scheme + 3)..];
            var path = target.IndexOf((byte)'/');
            if (path < 0) return default;
            target = target[path..];
        }

        var query = target.IndexOf((byte)'?');
        return query < 0 ? target : target[..query];
    }

    /// <summary>The header values that matter.</summary>
    private ref struct Fields
    {
        private ReadOnlySpan<byte> _upgrade;
        private ReadOnlySpan<byte> _subprotocol;
        private ReadOnlySpan<byte> _fastStart;
        private ReadOnlySpan<byte> _idealNode;
        private string? _forwardedFor;
        private byte _seen;

        public bool TryTake(ReadOnlySpan<byte> line)
        {
            var colon = line.IndexOf((byte)':');
            if (colon <= 0) return false;
            var name = line[..colon];
            var value = line[(colon + 1)..].Trim(" \t"u8);
            if (name.IndexOfAnyInRange((byte)0, (byte)' ') >= 0 || value.IndexOfAny((byte)'\r', (byte)0) >= 0) return false;
            Take(ref _upgrade, 1, name, "upgrade"u8, value);
            Take(ref _subprotocol, 2, name, "sec-websocket-protocol"u8, value);
            Take(ref _fastStart, 4, name, "derp-fast-start"u8, value);
            Take(ref _idealNode, 8, name, "ideal-node"u8, value);

            // A proxy may add a line of its own after those that the client made up.
            if (Ascii.EqualsIgnoreCase(name, "x-forwarded-for"u8))
                _forwardedFor = (_forwardedFor is null ? "" : _forwardedFor + ",") + Encoding.Latin1.GetString(value);
            return true;
        }

        public readonly DerpHeadVerdict Judge(int length, out DerpHead head)
        {
            head = new DerpHead(length, _fastStart.SequenceEqual("1"u8), Http.IdealNode.Of(Encoding.Latin1.GetString(_idealNode))) { ForwardedFor = _forwardedFor };
            return Upgrades.Classify(_upgrade, _subprotocol) == UpgradeKind.Raw ? DerpHeadVerdict.Derp : DerpHeadVerdict.NotDerp;
        }

        private void Take(ref ReadOnlySpan<byte> field, byte bit, ReadOnlySpan<byte> name, ReadOnlySpan<byte> wanted, ReadOnlySpan<byte> value)
        {
            if ((_seen & bit) != 0 || !Ascii.EqualsIgnoreCase(name, wanted)) return;
            _seen |= bit;
            field = value;
        }
    }
}
