namespace Relay.Agent.Status;

/// <summary>What an agent answers.</summary>
internal sealed record ControlAnswer
{
    /// <summary>What was wrong with the question.</summary>
    public string? Error { get; init; }

    public StatusReport? Status { get; init; }

    public PingAnswer? Ping { get; init; }
}
