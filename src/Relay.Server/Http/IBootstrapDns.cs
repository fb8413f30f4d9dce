namespace Relay.Server.Http;

/// <summary>The answer of <c>/bootstrap-dns</c>. Thread safe.</summary>
public interface IBootstrapDns
{
    /// <summary>JSON, name to addresses; empty while nothing is known.</summary>
    ReadOnlyMemory<byte> Answer { get; }
}
