namespace Relay.Host.Tests.Support;

/// <summary>A folder that is gone after the test.</summary>
internal sealed class TempFolder : IDisposable
{
    internal string Root { get; } = Directory.CreateTempSubdirectory("relayd-test-").FullName;

    internal string this[string name] => Path.Combine(Root, name);

    internal string Write(string name, string content)
    {
        File.WriteAllText(this[name], content);
        return this[name];
    }

    public void Dispose() => Directory.Delete(Root, recursive: true);
}
