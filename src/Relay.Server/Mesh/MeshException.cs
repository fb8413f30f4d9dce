namespace Relay.Server.Mesh;

/// <summary>There is no link, and why, in one line.</summary>
public sealed class MeshException(string message, Exception? cause = null) : Exception(message, cause);
