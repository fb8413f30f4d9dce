using System.Text.Json;

namespace Relay.Stun.Tests.Support;

/// <summary>The recorded bytes of the reference, <c>shared/vectors/stun.json</c> in a folder above this one.</summary>
internal static class StunVectors
{
    internal static JsonElement Load()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            var file = Path.Combine(folder.FullName, "shared", "vectors", "stun.json");
            if (File.Exists(file)) return JsonDocument.Parse(File.ReadAllBytes(file)).RootElement;
        }

        Missing.SkipOrFail("shared/vectors/stun.json is not above " + AppContext.BaseDirectory);
        return default;
    }

    internal static string Text(this JsonElement element, string name) => element.GetProperty(name).GetString()!;

    internal static byte[] Bytes(this JsonElement element, string name) => Hex.Bytes(element.Text(name));
}
