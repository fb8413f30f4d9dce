using Microsoft.Extensions.Logging;
using Relay.Protocol.Keys;
using Relay.Server.Admission;
using Relay.Server.Diagnostics;
using Relay.Server.Limits;
using Relay.Server.Queues;
using Relay.Server.Routing;

namespace Relay.Server.Connections;

/// <summary>What all sessions of a relay share.</summary>
internal sealed record SessionContext(
    RelayOptions Options,
    NodePrivateKey Key,
    IAdmission Admission,
    PeerDirectory Directory,
    HandshakeCounters Handshakes,
    AdmissionCounters Admissions,
    RefusalLog Refusals,
    RateLimitCounters RateLimits,
    ClientRate ClientRate,
    QueueLimit QueueLimit,
    CoarseClock Clock,
    TimeProvider Time,
    ILogger Logger);
