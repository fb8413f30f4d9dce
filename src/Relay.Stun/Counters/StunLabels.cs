using System.Collections.Immutable;
using Relay.Stun.Answers;
using Relay.Stun.Messages;

namespace Relay.Stun.Counters;

/// <summary>
/// Names for metrics, and the full sets they are drawn from, so that an exporter can show each series at zero from the
/// start. <c>success</c>, <c>not_stun</c>, <c>read_error</c> and <c>write_error</c>, <c>ipv4</c> and <c>ipv6</c> are
/// derper's own names: its dashboards keep working (spec/stun.md 13).
/// </summary>
public static class StunLabels
{
    /// <summary>Every disposition, in order of value.</summary>
    public static ImmutableArray<StunDisposition> Dispositions { get; } = [.. Enum.GetValues<StunDisposition>()];

    /// <summary>Both families, in order of value.</summary>
    public static ImmutableArray<StunAddressFamily> Families { get; } = [.. Enum.GetValues<StunAddressFamily>()];

    /// <summary>The label of a disposition, such as <c>unknown_attribute_420</c>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">No such disposition.</exception>
    public static string Label(this StunDisposition disposition) => disposition switch
    {
        StunDisposition.Success => "success",
        StunDisposition.SuccessClassic => "success_classic",
        StunDisposition.NotStun => "not_stun",
        StunDisposition.BadFingerprint => "bad_fingerprint",
        StunDisposition.WrongSoftware => "wrong_software",
        StunDisposition.UnknownAttribute420 => "unknown_attribute_420",
        StunDisposition.Indication => "indication",
        StunDisposition.ResponseDropped => "response_dropped",
        StunDisposition.BadSource => "bad_source",
        StunDisposition.RateLimited => "rate_limited",
        StunDisposition.WriteError => "write_error",
        StunDisposition.ReadError => "read_error",
        _ => throw new ArgumentOutOfRangeException(nameof(disposition), disposition, "no such disposition"),
    };

    /// <summary><c>ipv4</c> or <c>ipv6</c>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Neither.</exception>
    public static string Label(this StunAddressFamily family) => family switch
    {
        StunAddressFamily.IPv4 => "ipv4",
        StunAddressFamily.IPv6 => "ipv6",
        _ => throw new ArgumentOutOfRangeException(nameof(family), family, "no such family"),
    };
}
