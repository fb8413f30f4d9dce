using System.Net.Sockets;
using Relay.Stun.Messages;

namespace Relay.Agent.Up.Data;

/// <summary>Hears of a socket that broke, on the socket's thread: once it is bound again, and before that once if it cannot be.</summary>
/// <param name="at">Where it was bound, and is to be again.</param>
/// <param name="error">What broke it.</param>
/// <param name="obstacle">Why it cannot be bound again yet; null: it is.</param>
internal delegate void SocketBroke(TransportAddress at, SocketError error, SocketError? obstacle);
