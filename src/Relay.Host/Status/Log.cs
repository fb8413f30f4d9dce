namespace Relay.Host.Status;

internal static partial class Log
{
    [LoggerMessage(EventId = 571, EventName = "CannotReport", Level = LogLevel.Error, Message = "The status report could not be made")]
    internal static partial void CannotReport(ILogger logger, Exception exception);
}
