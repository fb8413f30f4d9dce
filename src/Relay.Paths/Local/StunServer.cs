using Relay.Stun.Messages;

namespace Relay.Paths.Local;

/// <summary>One STUN server, and what it said.</summary>
internal sealed class StunServer(TransportAddress address)
{
    // One round may fail by chance; an address is not withdrawn for that.
    private const int MissesAllowed = 2;

    private int _misses;

    internal TransportAddress Address { get; } = address;

    /// <summary>Our address as it saw us; the default value when it is not known.</summary>
    internal TransportAddress Seen { get; private set; }

    internal bool Answered { get; private set; }

    internal void Begin() => Answered = false;

    internal void Answer(TransportAddress seen) => (Seen, Answered, _misses) = (seen, true, 0);

    /// <summary>The round is over.</summary>
    internal void End()
    {
        if (!Answered && ++_misses > MissesAllowed) Seen = default;
    }

    internal void Forget() => (Seen, Answered, _misses) = (default, false, 0);
}
