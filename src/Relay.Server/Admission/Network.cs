using Relay.Server.Limits;

namespace Relay.Server.Admission;

/// <summary>
/// Nodes that reach each other and nobody else. Compared by reference: <see cref="NetworkTable"/> sees to it that a name
/// has one object at a time.
/// </summary>
/// <param name="name">What the operator calls it.</param>
public sealed class Network(string name)
{
    private volatile ByteRate? _rate;
    private volatile ByteBucket? _bucket;

    /// <summary>What the operator calls it.</summary>
    public string Name { get; } = name;

    /// <summary>What all its clients together may send; null for no limit. May change at any time.</summary>
    public ByteRate? Rate
    {
        get => _rate;
        set => _rate = value;
    }

    /// <summary>What its clients share. Made when the first of them is charged.</summary>
    internal ByteBucket Bucket(TimeProvider time) => _bucket ?? Interlocked.CompareExchange(ref _bucket, new ByteBucket(time), null) ?? _bucket;

    /// <inheritdoc/>
    public override string ToString() => Name;
}
