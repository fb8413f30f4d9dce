namespace Relay.Host.Configuration;

/// <summary>What the path <c>/</c> shows.</summary>
/// <param name="Kind">Page or redirect.</param>
/// <param name="Url">Where to, for <see cref="HomePageKind.Redirect"/>.</param>
internal sealed record HomePage(HomePageKind Kind, Uri? Url)
{
    internal static HomePage Default { get; } = new(HomePageKind.Default, null);

    internal static HomePage Blank { get; } = new(HomePageKind.Blank, null);
}
