namespace Relay.Host.Configuration;

/// <summary>Where a value came from. A later one wins over an earlier one.</summary>
internal enum SettingSource
{
    Default,
    File,
    Environment,
    Flag,
}
