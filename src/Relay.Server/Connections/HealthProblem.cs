namespace Relay.Server.Connections;

/// <summary>What can be wrong with a client's connection, the worst first.</summary>
internal enum HealthProblem
{
    /// <summary>Another connection has the same key.</summary>
    DuplicateKey,

    /// <summary>The client would rather be on another node, which lives.</summary>
    NotIdeal,
}
