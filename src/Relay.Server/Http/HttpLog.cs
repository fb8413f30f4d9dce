using Microsoft.Extensions.Logging;

namespace Relay.Server.Http;

internal static partial class HttpLog
{
    [LoggerMessage(EventId = 221, EventName = "BootstrapNameUnresolved", Level = LogLevel.Warning,
        Message = "Bootstrap DNS: {Name} does not resolve: {Cause}. It is left out until the next round in ten minutes")]
    internal static partial void BootstrapNameUnresolved(ILogger logger, string name, string cause);

    [LoggerMessage(EventId = 222, EventName = "UnknownUpgrade", Level = LogLevel.Debug,
        Message = "A request for /derp asked to upgrade to something else than derp or websocket; answered 426")]
    internal static partial void UnknownUpgrade(ILogger logger);
}
