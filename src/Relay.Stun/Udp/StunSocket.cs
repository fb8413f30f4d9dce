using System.Net.Sockets;
using Relay.Stun.Answers;
using Relay.Stun.Messages;

namespace Relay.Stun.Udp;

/// <summary>A bound socket, what is to be known of it, and the ones that answer in its place when a client asks for that.</summary>
/// <param name="Socket">The socket, owned by its transport.</param>
/// <param name="Station">What it knows of itself.</param>
/// <param name="Siblings">By <see cref="StunOrigin"/>; null where there is none.</param>
internal sealed record StunSocket(Socket Socket, StunStation Station, Socket?[] Siblings)
{
    internal const int Origins = 1 + (int)(StunOrigin.OtherAddress | StunOrigin.OtherPort);

    /// <summary>A socket without siblings.</summary>
    internal static StunSocket Alone(Socket socket, StunPolicy policy) =>
        new(socket, new StunStation { Policy = policy }, new Socket?[Origins]);

    internal Socket Via(StunOrigin origin) => Siblings[(int)origin] ?? Socket;
}
