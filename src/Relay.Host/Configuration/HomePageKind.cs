namespace Relay.Host.Configuration;

/// <summary>What the path <c>/</c> shows.</summary>
internal enum HomePageKind
{
    /// <summary>A page that says what this is.</summary>
    Default,

    /// <summary>An empty page.</summary>
    Blank,

    /// <summary>A redirect.</summary>
    Redirect,
}
