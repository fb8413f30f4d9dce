namespace Relay.Host.Configuration;

/// <summary>Who decides which clients may use the relay.</summary>
internal enum AdmitMode
{
    /// <summary>Nobody: every client is admitted.</summary>
    Open,

    /// <summary>A JSON file of keys.</summary>
    File,

    /// <summary>An HTTP service.</summary>
    Url,
}
