namespace Relay.Server.Http;

/// <summary>The home page. Default: the built-in page.</summary>
public sealed record HomePageOptions
{
    /// <summary>What to show.</summary>
    public HomePageMode Mode { get; init; }

    /// <summary>Where <see cref="HomePageMode.Redirect"/> leads: an absolute http or https URL.</summary>
    public Uri? Target { get; init; }
}
