using System.Net;
using Microsoft.Extensions.Logging;

namespace Relay.Server.Admission;

internal static partial class AdmissionLog
{
    [LoggerMessage(EventId = 301, EventName = "Refused", Level = LogLevel.Information,
        Message = "Not admitted: {Client} from {Source}: {Reason}. Said once a minute for each key")]
    public static partial void Refused(ILogger logger, WholeKey client, IPAddress? source, AdmissionResult reason);

    [LoggerMessage(EventId = 303, EventName = "AdmissionServiceTrouble", Level = LogLevel.Warning,
        Message = "The admission service {Host} gives no answer ({Result}); clients without one are {Consequence}. Said once a minute")]
    public static partial void ServiceTrouble(ILogger logger, string host, AdmissionResult result, string consequence);

    [LoggerMessage(EventId = 302, EventName = "MoreRefused", Level = LogLevel.Warning,
        Message = "Clients of other keys were refused {Times} times more in the last minute")]
    public static partial void MoreRefused(ILogger logger, long times);
}
