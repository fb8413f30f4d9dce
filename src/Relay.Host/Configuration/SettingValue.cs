using System.Collections.Immutable;

namespace Relay.Host.Configuration;

/// <summary>The value of one setting, with where it came from.</summary>
/// <param name="Texts">As written; a list has any number, anything else one.</param>
/// <param name="Source">Which layer gave it.</param>
/// <param name="File">The file, when a file gave it.</param>
internal sealed record SettingValue(ImmutableArray<string> Texts, SettingSource Source, string? File = null);
