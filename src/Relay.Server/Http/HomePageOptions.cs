namespace Relay.Server.Http;

/// <summary>The home page. Default: the built-in page.</summary>
public sealed record HomePageOptions
{
    /// <summary>What to show.</summary>
    public HomePageMode Mode { get; init; }

    /// <summary>Where <see cref="HomePageMode.Redirect"/> leads: an absolute http or https URL.</summary>
    public Uri? Target { get; init; }

    /// <summary>
    /// Reads the flag: empty for the built-in page, <c>blank</c>, or an http or https URL. False for anything else.
    /// </summary>
    public static bool TryParse(string? text, out HomePageOptions options)
    {
        options = new HomePageOptions();
        if (string.IsNullOrEmpty(text) || text == "default") return true;
        if (text == "blank")
        {
            options = new HomePageOptions { Mode = HomePageMode.Blank };
            return true;
        }

        if (!Uri.TryCreate(text, UriKind.Absolute, out var target) || target.Scheme is not ("http" or "https")) return false;
        options = new HomePageOptions { Mode = HomePageMode.Redirect, Target = target };
        return true;
    }
}
