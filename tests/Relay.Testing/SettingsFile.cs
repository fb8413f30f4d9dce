namespace Relay.Testing;

/// <summary>A configuration file with a rate in it, which a test writes while relayd runs, in a folder with room for more.</summary>
public sealed class SettingsFile : IDisposable
{
    /// <summary>Bytes a second that a client may send; more than it can.</summary>
    public const long FirstRate = 1_000_000_000;

    /// <summary>With <see cref="FirstRate"/>.</summary>
    public SettingsFile() => WriteRate(FirstRate);

    /// <summary>Where it is, and nothing else at first.</summary>
    public string Folder { get; } = Directory.CreateTempSubdirectory("relay-settings-").FullName;

    /// <summary>For <c>--config</c>.</summary>
    public string Path => System.IO.Path.Combine(Folder, "relayd.json");

    /// <summary>Changes the rate. Takes effect on SIGHUP.</summary>
    public void WriteRate(long rate) => Write($"{{ \"rate\": {rate} }}");

    /// <summary>Writes it anew. What may change while relayd runs takes effect on SIGHUP.</summary>
    public void Write(string json) => File.WriteAllText(Path, json);

    /// <inheritdoc/>
    public void Dispose() => Directory.Delete(Folder, recursive: true);
}
