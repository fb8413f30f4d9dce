using System.Collections;
using Microsoft.AspNetCore.Http.Features;

namespace Relay.Server.Transport;

/// <summary>
/// The features of one connection in one small array: there are a dozen of them, and a dictionary for each of 100,000
/// idle clients would cost 100 MB. Not thread safe, like every feature collection.
/// </summary>
internal sealed class ConnectionFeatures : IFeatureCollection
{
    // As many as a TLS connection has in Kestrel.
    private (Type Type, object Value)[] _entries = new (Type, object)[17];
    private int _count;

    public bool IsReadOnly => false;

    public int Revision { get; private set; }

    public object? this[Type key]
    {
        get => Find(key) is var at and >= 0 ? _entries[at].Value : null;
        set => Set(key, value);
    }

    public TFeature? Get<TFeature>() => (TFeature?)this[typeof(TFeature)];

    public void Set<TFeature>(TFeature? instance) => Set(typeof(TFeature), instance);

    public IEnumerator<KeyValuePair<Type, object>> GetEnumerator()
    {
        for (var i = 0; i < _count; i++) yield return KeyValuePair.Create(_entries[i].Type, _entries[i].Value);
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    private int Find(Type type)
    {
        for (var i = 0; i < _count; i++)
        {
            if (_entries[i].Type == type) return i;
        }

        return -1;
    }

    private void Set(Type type, object? value)
    {
        Revision++;
        var at = Find(type);
        if (value is null)
        {
            if (at < 0) return;
            _entries[at] = _entries[--_count];
            _entries[_count] = default;
            return;
        }

        if (at < 0)
        {
            at = _count++;
            if (at == _entries.Length) Array.Resize(ref _entries, _entries.Length + 2);
        }

        _entries[at] = (type, value);
    }
}
