using Relay.Acme.Renewal;

namespace Relay.Host.Acme;

/// <summary>When to renew. Spread by chance, so that the relays of a region do not all ask at once.</summary>
internal static class RenewalSchedule
{
    private static readonly TimeSpan ShortLife = TimeSpan.FromDays(10);
    private static readonly TimeSpan LongestPause = TimeSpan.FromHours(4);

    /// <summary>With a third of its life left, half for a short one; up to a twentieth earlier.</summary>
    /// <param name="from">When the certificate became valid.</param>
    /// <param name="until">When it ends.</param>
    /// <param name="chance">0 to below 1.</param>
    internal static DateTimeOffset Due(DateTimeOffset from, DateTimeOffset until, double chance)
    {
        var life = until - from;
        return until - life * ((life > ShortLife ? 1 / 3.0 : 1 / 2.0) + chance / 20);
    }

    /// <summary>Somewhere in the window that the authority suggests, but never in the last tenth of the certificate's life.</summary>
    internal static DateTimeOffset Due(RenewalInfo info, DateTimeOffset from, DateTimeOffset until, double chance)
    {
        var (suggested, latest) = (info.Start + (info.End - info.Start) * chance, until - (until - from) / 10);
        return suggested < latest ? suggested : latest;
    }

    /// <summary>After failures in a row: about 1, 4, 16 and 64 minutes, then 4 hours. Authorities count failures by the hour.</summary>
    internal static TimeSpan PauseAfter(int failures, TimeSpan? asked, double chance)
    {
        var minutes = Math.Min(Math.Pow(4, Math.Min(failures, 10) - 1), LongestPause.TotalMinutes);
        var pause = TimeSpan.FromSeconds(Math.Round(minutes * 60 * (0.8 + 0.4 * chance)));
        return asked > pause ? asked.Value : pause;
    }
}
