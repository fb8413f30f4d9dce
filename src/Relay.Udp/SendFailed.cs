using System.Net.Sockets;
using Relay.Stun.Messages;

namespace Relay.Udp;

/// <summary>Hears of datagrams that the system refused to send. Called on the sending thread; must be quick.</summary>
/// <param name="to">Where they should have gone.</param>
/// <param name="size">The length of the first of them.</param>
/// <param name="error">Why; a full send buffer is no error.</param>
public delegate void SendFailed(TransportAddress to, int size, SocketError error);
