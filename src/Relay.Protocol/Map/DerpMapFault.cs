using System.Text.Json;

namespace Relay.Protocol.Map;

/// <summary>Says in one line where a DERP map went wrong, in the words of the format instead of those of .NET.</summary>
internal static class DerpMapFault
{
    private const int MaxText = 160;

    private const string WrongType = "could not be converted to ";

    internal static string Describe(JsonException fault)
    {
        var line = fault.LineNumber is { } number ? $" at line {number + 1}" : "";
        var path = fault.Path ?? "";
        var place = path.Length > 0 ? $", {OneLine(path)}" : "";
        var what = fault.Message.Contains(WrongType, StringComparison.Ordinal) ? Expected(path) : OneLine(fault.Message.Split(" Path:")[0]);
        return $"the DERP map is not valid{line}{place}: {what}";
    }

    /// <summary>Input that is quoted in a message: cut, and without what would break the line or steer a terminal.</summary>
    internal static string OneLine(string text)
    {
        var cut = text.Length > MaxText ? string.Concat(text.AsSpan(0, MaxText), "...") : text;
        return string.Create(cut.Length, cut, static (line, from) =>
        {
            for (var i = 0; i < line.Length; i++) line[i] = char.IsControl(from[i]) || from[i] is '\u2028' or '\u2029' ? '?' : from[i];
        });
    }

    // By the member's name: the message of .NET names a type, but now the member's and now that of the object around it.
    private static string Expected(string path)
    {
        var dot = path.LastIndexOf('.');
        var (parent, member) = dot < 0 ? ("", path) : (path[..dot], path[(dot + 1)..]);
        if (parent.EndsWith(".RegionScore", StringComparison.OrdinalIgnoreCase)) return "a number was expected, by the region's id";
        if (parent.EndsWith("$.Regions", StringComparison.OrdinalIgnoreCase)) return "an object was expected, by the region's id";
        return member.ToUpperInvariant() switch
        {
            "REGIONID" or "STUNPORT" or "DERPPORT" => "a whole number was expected",
            "LATITUDE" or "LONGITUDE" => "a number was expected",
            "AVOID" or "NOMEASURENOHOME" or "STUNONLY" or "INSECUREFORTESTS" or "CANPORT80" or "OMITDEFAULTREGIONS" => "true or false was expected",
            "NAME" or "HOSTNAME" or "CERTNAME" or "IPV4" or "IPV6" or "STUNTESTIP" or "REGIONCODE" or "REGIONNAME" => "a text in quotes was expected",
            "NODES" => "an array was expected",
            _ => "an object was expected",
        };
    }
}
