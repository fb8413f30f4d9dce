using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text.Json;
using Relay.Protocol.Keys;
using Relay.Server.Limits;

namespace Relay.Server.Admission;

/// <summary>
/// Reads an admission list from JSON. A function: bytes in, list or fault out. Strict, since a slip of the pen here
/// lets somebody in or keeps somebody out: unknown members, and keys that stand there twice, are faults.
/// </summary>
public ref struct AdmissionListReader
{
    private readonly ReadOnlySpan<byte> _json;
    private Utf8JsonReader _reader;

    private AdmissionListReader(ReadOnlySpan<byte> json)
    {
        _json = json;
        _reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = 8, CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true });
    }

    /// <summary>Reads the whole text.</summary>
    public static bool TryRead(ReadOnlySpan<byte> json, [NotNullWhen(true)] out AdmissionList? list, [NotNullWhen(false)] out AdmissionListFault? fault)
    {
        if (json.StartsWith("\uFEFF"u8)) json = json["\uFEFF"u8.Length..];
        var reader = new AdmissionListReader(json);
        (list, fault) = (null, null);
        try
        {
            list = reader.ReadList();
            return true;
        }
        catch (JsonException e)
        {
            fault = new((int)(e.LineNumber ?? 0) + 1, (int)(e.BytePositionInLine ?? 0) + 1, Plain(e.Message));
        }
        catch (InvalidOperationException)
        {
            fault = reader.FaultAt(reader._reader.TokenStartIndex, "this is no valid text (UTF-8)");
        }
        catch (FaultException e)
        {
            fault = reader.FaultAt(e.At, e.Message);
        }

        return false;
    }

    private AdmissionList ReadList()
    {
        var networks = new List<ListedNetwork>();
        var names = new HashSet<string>();
        var seen = new Dictionary<NodeKey, string>();
        var given = false;
        Next();
        ExpectObject("the whole file must be an object: { \"networks\": { ... } }");
        while (NextMember() is { } member)
        {
            if (member != "networks") throw Unknown(member, "networks");
            given = true;
            Next();
            ExpectObject("expected an object with a member for each network");
            while (NextMember() is { } name)
            {
                if (name.Length is 0 or > 255) throw Here("a network's name has 1 to 255 characters");
                if (!names.Add(name)) throw Here($"the network \"{name}\" is there twice");
                networks.Add(ReadNetwork(name, seen));
            }
        }

        if (!given) throw Here("\"networks\" is missing");

        // Makes the reader judge what follows the object.
        while (_reader.Read())
        {
        }

        return new AdmissionList(networks);
    }

    private ListedNetwork ReadNetwork(string name, Dictionary<NodeKey, string> seen)
    {
        var nodes = new Dictionary<NodeKey, ListedNode>();
        ByteRate? rate = null;
        Next();
        ExpectObject($"the network \"{name}\" must be an object: {{ \"nodes\": {{ ... }} }}");
        while (NextMember() is { } member)
        {
            switch (member)
            {
                case "rate":
                    rate = ReadRate();
                    break;
                case "nodes":
                    Next();
                    ExpectObject("expected an object with a member for each key");
                    while (NextMember() is { } text)
                    {
                        if (!NodeKey.TryParse(text, out var key) || key.IsZero) throw Here("a key is \"nodekey:\" and 64 hex digits");
                        if (!seen.TryAdd(key, name)) throw Here($"this key is there twice, in \"{seen[key]}\" and here");
                        nodes.Add(key, ReadNode());
                    }

                    break;
                default:
                    throw Unknown(member, "nodes or rate");
            }
        }

        return new ListedNetwork(name, rate, nodes);
    }

    private ListedNode ReadNode()
    {
        var node = new ListedNode(null, null, null);
        Next();
        ExpectObject("a node is an object; {} will do");
        while (NextMember() is { } member)
        {
            node = member switch
            {
                "name" => node with { Name = ReadString("a name") },
                "expires" => node with { Expires = ReadDate() },
                "rate" => node with { Rate = ReadRate() },
                _ => throw Unknown(member, "name, expires or rate"),
            };
        }

        return node;
    }

    private ByteRate ReadRate()
    {
        Next();
        var text = _reader.TokenType switch
        {
            JsonTokenType.String => _reader.GetString()!,
            JsonTokenType.Number when _reader.TryGetInt64(out var number) => number.ToString(CultureInfo.InvariantCulture),
            _ => "",
        };
        return ByteRateText.TryParse(text, out var rate) ? new ByteRate(rate) : throw Here(ByteRateText.Expected);
    }

    private DateTimeOffset ReadDate()
    {
        var text = ReadString("a date");
        const DateTimeStyles Utc = DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal;
        return DateTimeOffset.TryParseExact(text, ["yyyy-MM-dd'T'HH:mm:ssK", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK", "yyyy-MM-dd"], CultureInfo.InvariantCulture, Utc, out var date)
            ? date
            : throw Here("expected a date such as 2027-01-01T00:00:00Z");
    }

    private string ReadString(string what)
    {
        Next();
        return _reader.TokenType == JsonTokenType.String ? _reader.GetString()! : throw Here($"expected {what} in quotes");
    }

    // The name of the next member; null at the end of the object.
    private string? NextMember()
    {
        Next();
        return _reader.TokenType == JsonTokenType.EndObject ? null : _reader.GetString();
    }

    private void Next()
    {
        if (!_reader.Read()) throw Here("the file ends too early");
    }

    private readonly void ExpectObject(string otherwise)
    {
        if (_reader.TokenType != JsonTokenType.StartObject) throw Here(otherwise);
    }

    private readonly FaultException Unknown(string member, string known) => Here($"unknown member \"{member}\"; expected {known}");

    private readonly FaultException Here(string message) => new(_reader.TokenStartIndex, message);

    private readonly AdmissionListFault FaultAt(long position, string message)
    {
        var before = _json[..(int)Math.Min(position, _json.Length)];
        return new(before.Count((byte)'\n') + 1, before.Length - (before.LastIndexOf((byte)'\n') + 1) + 1, message);
    }

    // The reader's own messages end in the position, which is told apart here.
    private static string Plain(string message) => message.Split(" LineNumber:")[0].Split(" Path:")[0];

    private sealed class FaultException(long at, string message) : Exception(message)
    {
        public long At { get; } = at;
    }
}
