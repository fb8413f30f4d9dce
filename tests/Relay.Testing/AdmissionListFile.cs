using Relay.Protocol.Keys;

namespace Relay.Testing;

/// <summary>An admission list with one network, which a test writes while relayd reads it.</summary>
public sealed class AdmissionListFile : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("relay-admission-").FullName;
    private readonly HashSet<NodeKey> _keys = [];

    /// <summary>An empty one.</summary>
    public AdmissionListFile() => Write();

    /// <summary>Where it is.</summary>
    public string Path => System.IO.Path.Combine(_folder, "nodes.json");

    /// <summary>What the network may send in all, such as <c>5MB</c>; null for no limit. Takes a <see cref="Write"/>.</summary>
    public string? Rate { get; set; }

    /// <summary>Has relayd read it now, and waits until it is in force.</summary>
    public async Task ReloadAsync(RelaydProcess relayd)
    {
        await relayd.SignalAsync("HUP");
        await InForceAsync(relayd);
    }

    /// <summary>Waits until what it says is in force.</summary>
    public async Task InForceAsync(RelaydProcess relayd)
    {
        await Eventually.True(async () => (await relayd.MetricsAsync()).Sum("relay_admission_nodes") == _keys.Count, "the changed list to be in force");
    }

    /// <summary>Lets these in.</summary>
    public void Add(params IEnumerable<NodeKey> keys)
    {
        _keys.UnionWith(keys);
        Write();
    }

    /// <summary>Lets this one in no more.</summary>
    public void Remove(NodeKey key)
    {
        _keys.Remove(key);
        Write();
    }

    /// <summary>Renamed into place: nobody reads half of it.</summary>
    public void Write()
    {
        var nodes = string.Join(", ", _keys.Select(key => $"\"{key.ToText()}\": {{}}"));
        var rate = Rate is null ? "" : $"\"rate\": \"{Rate}\", ";
        File.WriteAllText(Path + ".new", $"{{ \"networks\": {{ \"home\": {{ {rate}\"nodes\": {{ {nodes} }} }} }} }}");
        File.Move(Path + ".new", Path, overwrite: true);
    }

    /// <inheritdoc/>
    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
