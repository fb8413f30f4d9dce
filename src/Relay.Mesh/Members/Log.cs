using System.Net.Sockets;
using Microsoft.Extensions.Logging;

namespace Relay.Mesh.Members;

internal static partial class Log
{
    [LoggerMessage(EventId = 141, EventName = "MemberUnresolved", Level = LogLevel.Warning,
        Message = "The mesh member {Name} does not resolve ({Error}); it is looked up again")]
    public static partial void Unresolved(ILogger logger, string name, SocketError error);

    [LoggerMessage(EventId = 142, EventName = "RosterFault", Level = LogLevel.Error, Message = "Looking up the mesh members met a fault of the relay; they are looked up again")]
    public static partial void RosterFault(ILogger logger, Exception exception);
}
