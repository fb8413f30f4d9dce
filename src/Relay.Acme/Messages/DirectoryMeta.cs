namespace Relay.Acme.Messages;

/// <summary>What an authority says about itself.</summary>
internal sealed record DirectoryMeta
{
    public Uri? TermsOfService { get; init; }

    public bool ExternalAccountRequired { get; init; }

    /// <summary>Kinds of certificates that may be asked for, with a description each.</summary>
    public Dictionary<string, string>? Profiles { get; init; }
}
