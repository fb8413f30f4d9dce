using System.Net;

namespace Relay.Client.Measuring;

/// <summary>What one STUN server said.</summary>
/// <param name="Server">Who was asked.</param>
/// <param name="Mapped">Our address as it sees it.</param>
/// <param name="Latency">There and back.</param>
internal sealed record StunReply(IPEndPoint Server, IPEndPoint Mapped, TimeSpan Latency);
