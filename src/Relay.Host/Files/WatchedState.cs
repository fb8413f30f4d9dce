namespace Relay.Host.Files;

/// <summary>What files hold at this moment.</summary>
/// <param name="Fingerprint">Tells one content from another.</param>
/// <param name="Apply">Puts it in force; throws a <see cref="Failures.StartupException"/> if it is no good.</param>
internal readonly record struct WatchedState(string Fingerprint, Action Apply);
