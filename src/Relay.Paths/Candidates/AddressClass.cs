namespace Relay.Paths.Candidates;

/// <summary>How far an address reaches.</summary>
internal enum AddressClass
{
    Unusable,
    Loopback,
    LinkLocal,
    Private,
    Public,
}
