using Microsoft.Extensions.Logging;
using Relay.Protocol.Keys;
using Relay.Server.Connections;

namespace Relay.Server;

internal static partial class Log
{
    [LoggerMessage(EventId = 101, EventName = "SessionEnded", Level = LogLevel.Debug,
        Message = "Session {Session} of {Peer} ended: {Reason}")]
    public static partial void SessionEnded(ILogger logger, long session, NodeKey peer, EndReason reason);

    [LoggerMessage(EventId = 102, EventName = "SessionFault", Level = LogLevel.Error,
        Message = "Session {Session} of {Peer} ended by a fault of the relay")]
    public static partial void SessionFault(ILogger logger, Exception exception, long session, NodeKey peer);

    [LoggerMessage(EventId = 103, EventName = "ClosePeer", Level = LogLevel.Information,
        Message = "Closing {Peer}, asked for by mesh peer {MeshPeer}: {Connections} connections")]
    public static partial void ClosePeer(ILogger logger, NodeKey peer, NodeKey meshPeer, int connections);

    [LoggerMessage(EventId = 104, EventName = "DrainStarted", Level = LogLevel.Information,
        Message = "Telling {Clients} clients that this relay restarts")]
    public static partial void DrainStarted(ILogger logger, int clients);

    [LoggerMessage(EventId = 105, EventName = "DrainEnded", Level = LogLevel.Information,
        Message = "Told all clients; {Remaining} still had packets waiting when the time was over")]
    public static partial void DrainEnded(ILogger logger, int remaining);

    [LoggerMessage(EventId = 106, EventName = "QueuesTight", Level = LogLevel.Warning,
        Message = "Packets that wait for slow clients take {Held} MiB of memory, and may take {Most}: each client's queues are kept short until it is half of that")]
    public static partial void QueuesTight(ILogger logger, long held, long most);

    [LoggerMessage(EventId = 107, EventName = "QueuesAtEase", Level = LogLevel.Information,
        Message = "Packets that wait for slow clients take little memory again")]
    public static partial void QueuesAtEase(ILogger logger);
}
