namespace Relay.LoadTest.Measuring;

/// <summary>How evenly something was shared.</summary>
internal static class Fairness
{
    /// <summary>Jain's index: 1 when all are equal, 1/n when one has it all.</summary>
    internal static double Jain(IReadOnlyList<double> shares)
    {
        var sum = shares.Sum();
        var squares = shares.Sum(share => share * share);
        return squares == 0 ? 1 : sum * sum / (shares.Count * squares);
    }

    /// <summary>
    /// What each would get of a total if nobody got more than he asked for, and what he does not need went to the
    /// others in equal parts (max-min).
    /// </summary>
    internal static double[] Entitled(IReadOnlyList<double> asked, double total)
    {
        var entitled = new double[asked.Count];
        var left = total;
        var waiting = asked.Count;
        foreach (var (index, demand) in asked.Index().OrderBy(one => one.Item))
        {
            entitled[index] = Math.Min(demand, left / waiting);
            left -= entitled[index];
            waiting--;
        }

        return entitled;
    }
}
