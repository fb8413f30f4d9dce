namespace Relay.Host.Configuration;

/// <summary>The headings of <c>--help</c>, in its order.</summary>
internal enum SettingGroup
{
    Start,
    Listeners,
    Identity,
    Tls,
    Admission,
    Limits,
    Region,
    Pages,
    Operation,
}
