using Microsoft.Extensions.Logging;

namespace Relay.Server.Balance;

internal static partial class Log
{
    [LoggerMessage(EventId = 131, EventName = "Shedding", Level = LogLevel.Information,
        Message = "More than {Mark} clients: {Clients}. Asking {Chosen} to go to other relays of the region, after {Asked} since the start, of which {Back} came right back")]
    public static partial void Shedding(ILogger logger, int mark, int clients, int chosen, long asked, long back);

    [LoggerMessage(EventId = 132, EventName = "SheddingPaused", Level = LogLevel.Warning,
        Message = "More than {Mark} clients, but most of those that were asked to go to other relays came right back; asking nobody for a while")]
    public static partial void SheddingPaused(ILogger logger, int mark);
}
