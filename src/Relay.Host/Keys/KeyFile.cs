using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using Relay.Host.Configuration;
using Relay.Host.Failures;
using Relay.Host.Files;
using Relay.Protocol.Keys;

namespace Relay.Host.Keys;

/// <summary>The relay's own key on disk, in derper's format: <c>{"PrivateKey": "privkey:..."}</c> (spec/derper-surface.md 4).</summary>
internal static class KeyFile
{
    private const string Member = "PrivateKey";
    private const string Expected = "expected {\"PrivateKey\": \"privkey:<64 hex digits>\"}";
    private const int LargestFile = 64 << 10;

    private static string Option => Settings.KeyFile.Flag;

    /// <summary>Reads the key, or makes the file with a new one. The caller disposes the key.</summary>
    /// <exception cref="StartupException">The file may not be read or made, or holds no key.</exception>
    internal static LoadedKey LoadOrMake(string path)
    {
        if (TryLoad(path) is { } loaded) return loaded;
        var key = NodePrivateKey.Generate();
        if (PrivateFile.TryCreate(path, Option, Write(key))) return new LoadedKey(key, path, Made: true, Warning: null);
        key.Dispose();
        return TryLoad(path) ?? throw StartupException.Config($"{Option} {path}: vanished while it was read; start again");
    }

    /// <summary>Reads the key; null when there is no such file.</summary>
    /// <exception cref="StartupException">The file may not be read, or holds no key.</exception>
    internal static LoadedKey? TryLoad(string path)
    {
        if (BoundedFile.TryRead(path, Option, LargestFile) is not { } json) return null;
        try
        {
            return new LoadedKey(Parse(path, json), path, Made: false, PrivateFile.Warn(path, Option));
        }
        finally
        {
            CryptographicOperations.ZeroMemory(json);
        }
    }

    private static NodePrivateKey Parse(string path, byte[] json)
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            return Parse(path, document.RootElement);
        }
        catch (JsonException e)
        {
            var place = string.Create(CultureInfo.InvariantCulture, $"line {e.LineNumber + 1}, column {e.BytePositionInLine + 1}");
            throw StartupException.Config($"{Option} {path}: not valid JSON at {place}; {Expected}", e);
        }
    }

    private static NodePrivateKey Parse(string path, JsonElement root)
    {
        if (root.ValueKind != JsonValueKind.Object) throw StartupException.Config($"{Option} {path}: not a JSON object; {Expected}");

        // Written with this capitalisation; read in any, as the reference does.
        var member = root.EnumerateObject().LastOrDefault(m => m.Name.Equals(Member, StringComparison.OrdinalIgnoreCase));
        if (member.Value.ValueKind == JsonValueKind.Undefined)
            throw StartupException.Config($"{Option} {path}: has no member {Member}; {Expected}");
        if (member.Value.ValueKind != JsonValueKind.String)
            throw StartupException.Config($"{Option} {path}: {Member} is not a text; {Expected}");
        var text = member.Value.GetString()!;
        if (IsZero(text)) throw StartupException.Config($"{Option} {path}: {Member} is all zero, which is no key; remove the file and a new key is made");
        return NodePrivateKey.TryParse(text) is { } key && text.StartsWith("privkey:", StringComparison.Ordinal)
            ? key
            : throw StartupException.Config($"{Option} {path}: {Member} is not a key; {Expected}");
    }

    private static bool IsZero(string text) =>
        text.Length == 72 && text.StartsWith("privkey:", StringComparison.Ordinal) && text.AsSpan(8).IndexOfAnyExcept('0') < 0;

    private static byte[] Write(NodePrivateKey key) =>
        System.Text.Encoding.ASCII.GetBytes($"{{\n\t\"{Member}\": \"{key.RevealText()}\"\n}}\n");
}
