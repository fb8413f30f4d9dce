namespace Relay.Server.Diagnostics;

/// <summary>
/// How evenly something is shared (Jain, Chiu and Hawe 1984): 1 when all have the same, 1/n when one of n has it all.
/// </summary>
internal struct JainIndex
{
    private double _sum;
    private double _squares;
    private int _count;

    /// <summary>The index; 1 where there is nobody to share with.</summary>
    public readonly double Value => _squares == 0 ? 1 : _sum * _sum / (_count * _squares);

    /// <summary>Takes one share.</summary>
    public void Add(double share)
    {
        _sum += share;
        _squares += share * share;
        _count++;
    }
}
