namespace Relay.Server.Http;

/// <summary>What the start of a connection turned out to be.</summary>
internal enum DerpHeadVerdict
{
    /// <summary>The request head is not complete, and may yet be DERP's.</summary>
    NeedMoreData,

    /// <summary>Not ours to answer, or malformed: the HTTP server does better.</summary>
    NotDerp,

    /// <summary>A request to switch to raw DERP.</summary>
    Derp,
}
