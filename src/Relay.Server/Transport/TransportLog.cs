using System.Net;
using Microsoft.Extensions.Logging;
using Relay.Server.Transport.Tls;

namespace Relay.Server.Transport;

internal static partial class TransportLog
{
    [LoggerMessage(EventId = 201, EventName = "AcceptFailed", Level = LogLevel.Warning,
        Message = "Cannot accept connections on {EndPoint} just now: {Cause}. Trying again; this is said once a minute")]
    internal static partial void AcceptFailed(ILogger logger, EndPoint endPoint, string cause);

    [LoggerMessage(EventId = 202, EventName = "TlsFailed", Level = LogLevel.Debug,
        Message = "TLS handshake with {EndPoint} failed: {Failure}: {Cause}")]
    internal static partial void TlsFailed(ILogger logger, EndPoint? endPoint, TlsFailure failure, string cause);

    [LoggerMessage(EventId = 203, EventName = "LoopFault", Level = LogLevel.Error,
        Message = "A connection failed in an unexpected way and was ended")]
    internal static partial void LoopFault(ILogger logger, Exception error);
}
