namespace Relay.Host.Acme;

internal static partial class Log
{
    [LoggerMessage(EventId = 551, EventName = "CertificateOrdered", Level = LogLevel.Information,
        Message = "Asking {Authority} for a certificate for {HostName}")]
    internal static partial void Ordering(ILogger logger, string authority, string hostName);

    [LoggerMessage(EventId = 552, EventName = "TermsAccepted", Level = LogLevel.Information,
        Message = "Making an account there, which accepts its terms of service: {Terms}")]
    internal static partial void Accepting(ILogger logger, Uri? terms);

    [LoggerMessage(EventId = 553, EventName = "CertificateRenewalDue", Level = LogLevel.Information,
        Message = "The certificate for {HostName} will be renewed about {Due:u}")]
    internal static partial void NextRenewal(ILogger logger, string hostName, DateTimeOffset due);

    [LoggerMessage(EventId = 554, EventName = "CertificateNotRenewed", Level = LogLevel.Error,
        Message = "No new certificate for {HostName}: {Reason}. The one in force stays, until {NotAfter:u}; next attempt in {Pause}")]
    internal static partial void NotRenewed(ILogger logger, string hostName, string reason, DateTimeOffset notAfter, TimeSpan pause);

    [LoggerMessage(EventId = 555, EventName = "CertificateNotIssued", Level = LogLevel.Error,
        Message = "No certificate for {HostName}: {Reason}. Until there is one, NO CLIENT CAN CONNECT; next attempt in {Pause}, or on SIGHUP")]
    internal static partial void NotIssued(ILogger logger, string hostName, string reason, TimeSpan pause);

    [LoggerMessage(EventId = 556, EventName = "NoRenewalInfo", Level = LogLevel.Debug,
        Message = "The authority does not say when to renew: {Reason}")]
    internal static partial void NoRenewalInfo(ILogger logger, string reason);
}
