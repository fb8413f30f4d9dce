namespace Relay.Host.Configuration;

/// <summary>Who decides which clients may use the relay.</summary>
/// <param name="Mode">The kind of decider.</param>
/// <param name="Path">The file, for <see cref="AdmitMode.File"/>.</param>
/// <param name="Url">The service, for <see cref="AdmitMode.Url"/>.</param>
internal sealed record AdmitPolicy(AdmitMode Mode, string? Path, Uri? Url)
{
    internal static AdmitPolicy Open { get; } = new(AdmitMode.Open, null, null);
}
