namespace Relay.Host.Certificates;

internal static partial class Log
{
    [LoggerMessage(EventId = 501, EventName = "CertificateMade", Level = LogLevel.Information,
        Message = "Made a self-signed certificate: {Path}")]
    internal static partial void Made(ILogger logger, string path);

    [LoggerMessage(EventId = 502, EventName = "CertificateReplaced", Level = LogLevel.Information,
        Message = "New connections get the new certificate from {Path}, valid until {NotAfter:u}")]
    internal static partial void Replaced(ILogger logger, string path, DateTimeOffset notAfter);

    [LoggerMessage(EventId = 503, EventName = "CertificateRefused", Level = LogLevel.Error,
        Message = "The changed certificate is refused and the old one kept: {Reason}")]
    internal static partial void Refused(ILogger logger, string reason);

    [LoggerMessage(EventId = 504, EventName = "CertificateWarning", Level = LogLevel.Warning, Message = "{Warning}")]
    internal static partial void Warning(ILogger logger, string warning);

    [LoggerMessage(EventId = 505, EventName = "CertificateUnreadable", Level = LogLevel.Error,
        Message = "Cannot look for a new certificate in {Path}: {Reason}")]
    internal static partial void CannotLook(ILogger logger, string path, string reason);
}
