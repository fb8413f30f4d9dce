using Relay.Protocol.Keys;
using Relay.Testing;

namespace Relay.EndToEnd.Tests;

/// <summary>An admission list with one network, which a test writes while relayd reads it.</summary>
internal sealed class AdmissionListFile : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("relay-admission-").FullName;
    private readonly HashSet<NodeKey> _keys = [];

    public AdmissionListFile() => Write();

    public string Path => System.IO.Path.Combine(_folder, "nodes.json");

    /// <summary>Has relayd read it now, and waits until it is in force.</summary>
    public async Task ReloadAsync(RelaydProcess relayd)
    {
        await relayd.SignalAsync("HUP");
        await Eventually.True(async () => (await relayd.MetricsAsync()).Sum("relay_admission_nodes") == _keys.Count, "the changed list to be in force");
    }

    public void Add(NodeKey key)
    {
        _keys.Add(key);
        Write();
    }

    public void Remove(NodeKey key)
    {
        _keys.Remove(key);
        Write();
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    // Renamed into place: nobody reads half of it.
    private void Write()
    {
        var nodes = string.Join(", ", _keys.Select(key => $"\"{key.ToText()}\": {{}}"));
        File.WriteAllText(Path + ".new", $"{{ \"networks\": {{ \"home\": {{ \"nodes\": {{ {nodes} }} }} }} }}");
        File.Move(Path + ".new", Path, overwrite: true);
    }
}
