namespace Relay.Server.Diagnostics;

/// <summary>Frames other than packets that clients sent. Each session's reader writes its own; summed for metrics.</summary>
internal sealed class FrameCounters
{
    /// <summary>Pings read.</summary>
    public long Pings;

    /// <summary>Pings not answered, because the client pings faster than it reads.</summary>
    public long PingsUnanswered;

    /// <summary>Frames of a type that a relay does not handle, read and thrown away.</summary>
    public long Unknown;

    /// <summary>Packets that mesh peers forwarded here.</summary>
    public long Forwarded;

    /// <summary>"Not here" notices written.</summary>
    public long NotHereNotices;

    /// <summary>"Not here" notices kept back because the client caused too many.</summary>
    public long NotHereSuppressed;

    /// <summary>Adds all of this to <paramref name="total"/>.</summary>
    public void AddTo(FrameCounters total)
    {
        total.Pings += Pings;
        total.PingsUnanswered += PingsUnanswered;
        total.Unknown += Unknown;
        total.Forwarded += Forwarded;
        total.NotHereNotices += NotHereNotices;
        total.NotHereSuppressed += NotHereSuppressed;
    }
}
