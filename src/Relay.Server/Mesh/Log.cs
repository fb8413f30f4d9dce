using Microsoft.Extensions.Logging;
using Relay.Protocol.Keys;

namespace Relay.Server.Mesh;

internal static partial class Log
{
    [LoggerMessage(EventId = 121, EventName = "LinkUp", Level = LogLevel.Information, Message = "Link to {Name} is up: {Relay}")]
    public static partial void LinkUp(ILogger logger, string name, NodeKey relay);

    [LoggerMessage(EventId = 122, EventName = "LinkDown", Level = LogLevel.Warning, Message = "Link to {Name} is down: {Reason}")]
    public static partial void LinkDown(ILogger logger, string name, LinkEnd reason);

    [LoggerMessage(EventId = 123, EventName = "LinkFailed", Level = LogLevel.Warning,
        Message = "No link to {Name} after {Failures} attempts; trying on: {Reason}")]
    public static partial void LinkFailed(ILogger logger, string name, int failures, string reason);

    [LoggerMessage(EventId = 124, EventName = "LinkNotNeeded", Level = LogLevel.Information,
        Message = "No link to {Name} is needed: {Reason}")]
    public static partial void LinkNotNeeded(ILogger logger, string name, MeshLinkState reason);

    [LoggerMessage(EventId = 125, EventName = "LinkFault", Level = LogLevel.Error, Message = "Link to {Name} ended by a fault of the relay")]
    public static partial void LinkFault(ILogger logger, Exception exception, string name);

    [LoggerMessage(EventId = 126, EventName = "BeatFault", Level = LogLevel.Error, Message = "A heartbeat of the region met a fault of the relay")]
    public static partial void BeatFault(ILogger logger, Exception exception);
}
