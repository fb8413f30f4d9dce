using System.Text.Json;

namespace Relay.Server.Tests.Http;

/// <summary>The recorded exchanges with the reference relay, found beside the repository.</summary>
internal static class Recorded
{
    public static JsonElement? Load(string file)
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            var path = Path.Combine(folder.FullName, "shared", "vectors", file);
            if (File.Exists(path)) return JsonDocument.Parse(File.ReadAllText(path)).RootElement;
        }

        return null;
    }
}
