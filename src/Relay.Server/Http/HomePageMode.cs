namespace Relay.Server.Http;

/// <summary>What a browser gets for <c>/</c> and for every path that means nothing here.</summary>
public enum HomePageMode
{
    /// <summary>A page that says what this is.</summary>
    Page,

    /// <summary>An empty page.</summary>
    Blank,

    /// <summary>A redirect to another site.</summary>
    Redirect,
}
