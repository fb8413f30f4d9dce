using System.Security.Authentication;
using Relay.Client;

namespace Relay.Agent.Doctor;

/// <summary>What the TLS handshake showed, whether or not a connection came of it.</summary>
internal static class TlsChecks
{
    private const string Check = "TLS";
    private const int FewDays = 14;

    /// <param name="on">The examination.</param>
    /// <param name="tls">What was seen; null where there was no handshake.</param>
    internal static void Run(Examination on, RelayTlsInfo? tls)
    {
        if (on.Source.PlainHttp)
        {
            on.Warn(Check, $"none", "stock clients speak TLS only: plain HTTP is for development, or behind something that ends TLS");
            return;
        }

        if (tls is null)
        {
            on.Skip(Check, $"no handshake");
            return;
        }

        var version = tls.Protocol switch { SslProtocols.Tls13 => "1.3, ", SslProtocols.Tls12 => "1.2, ", _ => "" };
        var vouched = tls.Pinned ? " (pinned)" : $" by {tls.Issuer}";
        var left = (tls.NotAfter - on.Time.GetUtcNow()).TotalDays;
        FormattableString seen = $"{version}{tls.Subject}{vouched}, {left:0} days left";
        if (tls.Fault != CertificateFault.None) on.Fail(Check, $"{Wrong(tls.Fault)}: {seen}", Fix(tls.Fault, on));
        else if (left < FewDays) on.Warn(Check, seen, "renew the certificate; relayd takes changed files over by itself");
        else on.Ok(Check, seen);
    }

    internal static string Fix(CertificateFault fault, Examination on) => fault switch
    {
        CertificateFault.NotPinned => "take the pin that relayd prints at its start; if it did not change there, somebody is in between",
        CertificateFault.NotAlone => "have relayd send the pinned certificate alone: a self-signed one, without a chain",
        CertificateFault.WrongName when on.Node.CertName is not null =>
            $"the pin is right, but clients check the name as well: make the certificate for {on.Node.HostName}, "
            + "or put its name (or the relay's address) into HostName",
        CertificateFault.WrongName => $"use a certificate for {on.Node.HostName}, or say in CertName which name it has",
        CertificateFault.WrongTime => "renew the certificate, or set the clocks: relayd takes changed files over by itself",
        _ => "use a certificate of a known authority, or pin this one with CertName (relay map prints it)",
    };

    private static string Wrong(CertificateFault fault) => fault switch
    {
        CertificateFault.NotPinned => "not the pinned certificate",
        CertificateFault.NotAlone => "the pinned certificate, but not alone",
        CertificateFault.WrongName => "a certificate for another name",
        CertificateFault.WrongTime => "a certificate out of its time",
        _ => "a certificate that nobody vouches for",
    };
}
