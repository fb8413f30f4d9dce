using Relay.Stun.Messages;

namespace Relay.Stun.Answers;

/// <summary>How an answer is to be sent.</summary>
/// <param name="Length">Bytes of answer; 0 when nothing is to be sent.</param>
/// <param name="From">Which socket it leaves from.</param>
/// <param name="Port">The port it goes to, at the address that asked; 0 for the port that asked.</param>
public readonly record struct StunDelivery(int Length, StunOrigin From = StunOrigin.Same, ushort Port = 0);
