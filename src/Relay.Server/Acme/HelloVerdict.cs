namespace Relay.Server.Acme;

/// <summary>What the beginning of a connection says about an application protocol.</summary>
internal enum HelloVerdict
{
    /// <summary>The ClientHello is not there as a whole.</summary>
    NeedMoreData,

    /// <summary>The client offers it.</summary>
    Offered,

    /// <summary>It does not, or this is no ClientHello.</summary>
    NotOffered,
}
