using Relay.Protocol.Keys;

namespace Relay.Host.Startup;

internal static partial class Log
{
    [LoggerMessage(EventId = 521, EventName = "KeyMade", Level = LogLevel.Information,
        Message = "Made a new key in {Path}; this relay is {PublicKey}")]
    internal static partial void KeyMade(ILogger logger, string path, NodeKey publicKey);

    [LoggerMessage(EventId = 522, EventName = "StartupWarning", Level = LogLevel.Warning, Message = "{Warning}")]
    internal static partial void Warning(ILogger logger, string warning);

    [LoggerMessage(EventId = 523, EventName = "LinesLeftOut", Level = LogLevel.Warning,
        Message = "{Count} lines of level {Bounded} are left out: there were more than {Limit} in a second")]
    internal static partial void LinesLeftOut(ILogger logger, int count, string bounded, int limit);
}
