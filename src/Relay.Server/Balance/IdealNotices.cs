using Relay.Server.Connections;
using Relay.Server.Mesh;

namespace Relay.Server.Balance;

/// <summary>
/// Tells clients that are not on their ideal node so, once that has been the case for a while and while the node lives and has
/// room, and takes it back when it does not live any more. Clients of this project's library go there; others show it to whoever looks.
/// </summary>
internal sealed class IdealNotices(SessionTable sessions, TimeSpan after)
{
    // Frames a second: all the clients of a relay that was restarted are not told at once.
    private const int MostPerSecond = 64;

    /// <summary>Once a second. A node with <paramref name="mark"/> clients has no room.</summary>
    public void OnSecond(long now, Neighbourhood region, int mark)
    {
        var left = MostPerSecond;
        foreach (var session in sessions.Live)
        {
            if (session.IdealNode is not { } ideal || !session.IsOrdinaryClient) continue;
            var told = session.Ideal.IsTold;
            if (!told && now - Math.Max(session.ConnectedAt, session.Ideal.At) < after.TotalMilliseconds) continue;
            if ((told ? region.Lives(ideal) : region.HasRoom(ideal, mark)) == told) continue;
            session.Ideal = new IdealMark(!told, now);
            session.TellHealth(HealthProblem.NotIdeal, told ? "" : Text(ideal));
            session.Outbox.Flush();
            if (--left == 0) return;
        }
    }

    // Tailscale puts "The relay server #900 is reporting an issue: " before it.
    private static string Text(string ideal) =>
        $"this client is not on its first node of the region, {ideal}, which is up: packets may take one more hop until the client connects anew";
}
