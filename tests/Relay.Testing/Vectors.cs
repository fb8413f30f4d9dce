using System.Text.Json;

namespace Relay.Testing;

/// <summary>
/// The recorded bytes of the reference implementation: <c>shared/vectors</c>, in or beside the repository. A test that
/// asks for them is skipped where they are missing, and fails there when <c>CI=true</c>.
/// </summary>
public static class Vectors
{
    /// <summary>The root element of one file, such as <c>derp-handshake.json</c>.</summary>
    public static JsonElement Load(string file)
    {
        using var document = JsonDocument.Parse(File.ReadAllBytes(PathOf(file)));
        return document.RootElement.Clone();
    }

    /// <summary>The full path of one file.</summary>
    public static string PathOf(string file)
    {
        var holder = Repository.Above(folder => File.Exists(Within(folder, file)));
        if (holder is null) throw Missing.Because($"needs the recorded vectors: no shared/vectors/{file} in or above {AppContext.BaseDirectory}");
        return Within(holder, file);
    }

    /// <summary>The bytes of a string member that holds hex.</summary>
    public static byte[] Hex(this JsonElement element, string member) => Convert.FromHexString(element.GetProperty(member).GetString()!);

    /// <summary>A string member.</summary>
    public static string Text(this JsonElement element, string member) => element.GetProperty(member).GetString()!;

    private static string Within(DirectoryInfo folder, string file) => Path.Combine(folder.FullName, "shared", "vectors", file);
}
