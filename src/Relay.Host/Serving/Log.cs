namespace Relay.Host.Serving;

internal static partial class Log
{
    [LoggerMessage(EventId = 541, EventName = "HangUp", Level = LogLevel.Information,
        Message = "SIGHUP: reading certificate, admission list, rates, the list of relays and when to shed again")]
    internal static partial void HangUp(ILogger logger);

    [LoggerMessage(EventId = 542, EventName = "Stopping", Level = LogLevel.Information,
        Message = "Stopping: clients are told, at most {Limit} for their queues to empty")]
    internal static partial void Stopping(ILogger logger, TimeSpan limit);

    [LoggerMessage(EventId = 544, EventName = "NotReloaded", Level = LogLevel.Error, Message = "What was read again is not good, and what is in force stays: {Reason}")]
    internal static partial void NotReloaded(ILogger logger, string reason);

    [LoggerMessage(EventId = 543, EventName = "Stopped", Level = LogLevel.Information, Message = "Stopped")]
    internal static partial void Stopped(ILogger logger);

    [LoggerMessage(EventId = 546, EventName = "WaitsForRestart", Level = LogLevel.Warning,
        Message = "Changed, but in force only after a restart: {Settings}")]
    internal static partial void WaitsForRestart(ILogger logger, string settings);

    [LoggerMessage(EventId = 545, EventName = "FewDescriptors", Level = LogLevel.Information,
        Message = "{Limit} files may be open, so that {Room} connections are let in, not {Asked}: raise LimitNOFILE or ulimit -n for more")]
    internal static partial void FewDescriptors(ILogger logger, long limit, int room, int asked);
}
