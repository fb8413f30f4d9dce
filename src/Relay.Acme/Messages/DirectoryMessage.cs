namespace Relay.Acme.Messages;

/// <summary>Where everything of an authority is (RFC 8555 7.1.1).</summary>
internal sealed record DirectoryMessage
{
    public Uri? NewNonce { get; init; }

    public Uri? NewAccount { get; init; }

    public Uri? NewOrder { get; init; }

    /// <summary>RFC 9773; null where the authority does not have it.</summary>
    public Uri? RenewalInfo { get; init; }

    public DirectoryMeta? Meta { get; init; }
}
