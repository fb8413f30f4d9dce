using System.Net.Http.Headers;

namespace Relay.Acme.Http;

internal static class RetryAfterHeader
{
    private static readonly TimeSpan Longest = TimeSpan.FromDays(7);

    /// <summary>Seconds or a date, as time from now on; null for none. Nobody is believed beyond a week.</summary>
    public static TimeSpan? Read(HttpResponseHeaders headers, DateTimeOffset now)
    {
        if ((headers.RetryAfter?.Delta ?? headers.RetryAfter?.Date - now) is not { } time) return null;
        return TimeSpan.FromTicks(Math.Clamp(time.Ticks, 0, Longest.Ticks));
    }
}
