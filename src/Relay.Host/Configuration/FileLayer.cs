using System.Globalization;
using System.Text.Json;
using Relay.Host.Failures;
using Relay.Host.Files;

namespace Relay.Host.Configuration;

/// <summary>
/// Reads the JSON file: one object whose members are settings; values are texts, numbers, true or false, and arrays of
/// them for lists. Comments and trailing commas are allowed.
/// </summary>
internal static class FileLayer
{
    private const int LargestFile = 1 << 20;

    /// <exception cref="StartupException">The file cannot be read, is not such JSON, or names something that is no setting.</exception>
    internal static IConfigurationRoot Read(string path)
    {
        using var content = new MemoryStream(BoundedFile.Read(path, Settings.Config.Flag, LargestFile));
        try
        {
            var root = new ConfigurationBuilder().AddJsonStream(content).Build();
            foreach (var member in root.GetChildren()) CheckMember(path, member);
            return root;
        }
        catch (JsonException e)
        {
            var place = string.Create(CultureInfo.InvariantCulture, $"line {e.LineNumber + 1}, column {e.BytePositionInLine + 1}");
            throw StartupException.Config($"{path}: not valid JSON at {place}; expected an object such as {{\"listen\": [\"[::]:443\"]}}", e);
        }
        catch (FormatException e)
        {
            // The reader's own findings: no object at the top, or a member twice. Its messages say which.
            throw StartupException.Config($"{path}: {e.Message}", e);
        }
    }

    private static void CheckMember(string path, IConfigurationSection member)
    {
        var setting = Settings.All.FirstOrDefault(s => s.Name == member.Key) ?? throw Unknown(path, member.Key);
        if (setting == Settings.Config)
            throw StartupException.Config($"{path}: config: a file cannot name another file; remove it");
        var children = member.GetChildren().ToArray();
        if (children.Length == 0) return;
        if (!setting.IsList)
            throw StartupException.Config($"{path}: {setting.Name}: expected one value, not a list or an object");
        if (children.Any(c => !int.TryParse(c.Key, NumberStyles.None, CultureInfo.InvariantCulture, out _) || string.IsNullOrEmpty(c.Value)))
            throw StartupException.Config($"{path}: {setting.Name}: expected an array of texts such as [\"{setting.Hint}\"]");
    }

    private static StartupException Unknown(string path, string name)
    {
        var nearest = NearestName.Of(name, Settings.All.Select(s => s.Name));
        return StartupException.Config($"{path}: \"{name}\": no such setting; "
            + (nearest is null ? "remove it, or see relayd --help for the settings" : $"did you mean \"{nearest}\"?"));
    }
}
