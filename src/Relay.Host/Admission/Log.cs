namespace Relay.Host.Admission;

internal static partial class Log
{
    [LoggerMessage(EventId = 561, EventName = "AdmissionApplied", Level = LogLevel.Information,
        Message = "The admission list from {Path} is in force: {Nodes} nodes in {Networks} networks")]
    internal static partial void Applied(ILogger logger, string path, int nodes, int networks);

    [LoggerMessage(EventId = 562, EventName = "AdmissionRefused", Level = LogLevel.Error,
        Message = "The changed admission list is refused and the last good one kept: {Reason}")]
    internal static partial void Refused(ILogger logger, string reason);

    [LoggerMessage(EventId = 563, EventName = "AdmissionUnreadable", Level = LogLevel.Error,
        Message = "Cannot look for a new admission list in {Path}: {Reason}")]
    internal static partial void CannotLook(ILogger logger, string path, string reason);
}
