using Microsoft.Extensions.Logging;

namespace Relay.Mesh.Cluster;

internal static partial class Log
{
    [LoggerMessage(EventId = 161, EventName = "ClusterStoreGone", Level = LogLevel.Error,
        Message = "The region's Redis does not answer; clients here and known routes go on: {Reason}")]
    public static partial void StoreGone(ILogger logger, string reason);

    [LoggerMessage(EventId = 162, EventName = "ClusterStoreBack", Level = LogLevel.Information, Message = "The region's Redis answers; telling it who is here")]
    public static partial void StoreBack(ILogger logger);

    [LoggerMessage(EventId = 163, EventName = "ClusterMembers", Level = LogLevel.Information, Message = "{Count} relays in the region; the others: {Names}")]
    public static partial void Members(ILogger logger, int count, string names);

    [LoggerMessage(EventId = 165, EventName = "ClusterStoreRefuses", Level = LogLevel.Error,
        Message = "The region's Redis answers, but does not take who is here; others cannot find who is new: {Reason}")]
    public static partial void StoreRefuses(ILogger logger, string reason);

    [LoggerMessage(EventId = 164, EventName = "ClusterFault", Level = LogLevel.Error, Message = "An event of the region met a fault of the relay")]
    public static partial void Fault(ILogger logger, Exception exception);
}
