using System.Collections.Immutable;
using System.Net;

namespace Relay.Host.Startup;

/// <summary>Where the server really listens: as the options say, with the system's choice for port 0.</summary>
/// <param name="Relay">DERP; at least one.</param>
/// <param name="Http">Plain HTTP beside TLS; null for none.</param>
/// <param name="Stun">STUN; empty for none.</param>
/// <param name="Admin">The operator's endpoints.</param>
internal sealed record BoundEndPoints(ImmutableArray<IPEndPoint> Relay, IPEndPoint? Http, ImmutableArray<IPEndPoint> Stun, IPEndPoint Admin);
